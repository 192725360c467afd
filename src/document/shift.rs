//! How nodes move when a text is edited in front of them.

use super::{Node, NodeId};

/// How the nodes from one on have moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Shift {
    /// The first that has moved, by its number before.
    pub(crate) from: u32,
    /// How many nodes there are more in front of them; as much less, where it wraps around.
    pub(crate) nodes: u32,
    /// How many bytes there are more in front of them; as much less, where it wraps around.
    pub(crate) bytes: u32,
}

impl Shift {
    /// The number that a node has now.
    pub(crate) fn node(self, node: NodeId) -> NodeId {
        NodeId(self.index(node.0))
    }

    /// The number that a node has now, as its number.
    fn index(self, node: u32) -> u32 {
        if node >= self.from { node.wrapping_add(self.nodes) } else { node }
    }

    /// Where a byte is now that belongs to a node that has moved.
    pub(crate) fn byte(self, byte: u32) -> u32 {
        byte.wrapping_add(self.bytes)
    }

    /// Moves the row of a node that has moved.
    pub(crate) fn move_row(self, node: &mut Node) {
        node.start = self.byte(node.start);
        node.end = self.byte(node.end);
        if node.key != Node::NO_KEY {
            node.key = self.byte(node.key);
        }
        node.next = node.next.wrapping_add(self.nodes);
        node.parent = self.index(node.parent);
    }
}
