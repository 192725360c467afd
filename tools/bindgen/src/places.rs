//! Where in the sources a panic happened, which nobody is told: a place of 16 bytes for each check of an index, with the names of the files.

use std::collections::{HashMap, HashSet};
use walrus::ir::{Call, Const, Instr, InstrSeq, Value, Visitor, dfs_in_order};
use walrus::{ConstExpr, Data, DataId, DataKind, FunctionId, FunctionKind, Module};

/// Numbers in the code that may be addresses: all but the places that are passed to a panic.
struct Addresses<'m> {
    panics: &'m HashSet<FunctionId>,
    found: HashSet<u32>,
}

impl<'i> Visitor<'i> for Addresses<'_> {
    fn start_instr_seq(&mut self, sequence: &'i InstrSeq) {
        for (place, (instruction, _)) in sequence.instrs.iter().enumerate() {
            match instruction {
                Instr::Const(Const { value: Value::I32(number) }) => {
                    // The place is the last argument.
                    let next = sequence.instrs.get(place + 1).map(|(next, _)| next);
                    if !matches!(next, Some(Instr::Call(Call { func })) if self.panics.contains(func)) {
                        self.found.insert(*number as u32);
                    }
                }
                Instr::Load(load) => drop(self.found.insert(load.arg.offset as u32)),
                Instr::Store(store) => drop(self.found.insert(store.arg.offset as u32)),
                _ => {}
            }
        }
    }
}

/// Static data: where it begins, and the bytes.
struct Segment {
    id: DataId,
    start: u32,
    bytes: Vec<u8>,
}

/// Clears the places that only panics are told of, and the names of files that only such places have. What is zero takes no room in what is
/// sent.
pub(super) fn forget(module: &mut Module, panics: &HashSet<FunctionId>) {
    let mut addresses = Addresses { panics, found: HashSet::new() };
    for function in module.funcs.iter() {
        if let FunctionKind::Local(local) = &function.kind {
            dfs_in_order(&mut addresses, local, local.entry_block());
        }
    }
    let in_code = addresses.found;
    let mut segments: Vec<Segment> = module.data.iter().filter_map(segment).collect();
    let words = words(&segments);
    let in_data: HashSet<u32> = words.values().copied().collect();
    let mut names = Vec::new();
    for &at in words.keys() {
        if let Some((name, length)) = place_at(&segments, &words, at)
            && !in_code.contains(&at)
            && !in_data.contains(&at)
        {
            clear(&mut segments, at, 16);
            names.push((name, length));
        }
    }
    let in_data: HashSet<u32> = self::words(&segments).into_values().collect();
    for (name, length) in names {
        // It may be a part of another text, and something else be there behind it.
        if (name..name + length).all(|at| !in_code.contains(&at) && !in_data.contains(&at)) {
            clear(&mut segments, name, length);
        }
    }
    for Segment { id, bytes, .. } in segments {
        module.data.get_mut(id).value = bytes;
    }
}

fn segment(data: &Data) -> Option<Segment> {
    match data.kind {
        DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } => {
            Some(Segment { id: data.id(), start: start as u32, bytes: data.value.clone() })
        }
        _ => None,
    }
}

/// All that may be addresses or numbers, by where they are.
fn words(segments: &[Segment]) -> HashMap<u32, u32> {
    let mut words = HashMap::new();
    for Segment { start, bytes, .. } in segments {
        let skipped = start.wrapping_neg() % 4;
        let aligned = bytes.get(skipped as usize..).unwrap_or_default().as_chunks::<4>().0;
        let numbers = aligned.iter().map(|word| u32::from_le_bytes(*word));
        words.extend((start + skipped..).step_by(4).zip(numbers));
    }
    words
}

/// The name of the file, where this looks like a place: that and its length, a line, a column.
fn place_at(segments: &[Segment], words: &HashMap<u32, u32>, at: u32) -> Option<(u32, u32)> {
    let word = |of: u32| words.get(&at.checked_add(of * 4)?).copied();
    let (name, length, line, column) = (word(0)?, word(1)?, word(2)?, word(3)?);
    let is_place = (4..300).contains(&length) && (1..100_000).contains(&line) && (1..1_000).contains(&column);
    let text = segments.iter().find_map(|Segment { start, bytes, .. }| {
        let from = name.checked_sub(*start)? as usize;
        bytes.get(from..from.checked_add(length as usize)?)
    })?;
    (is_place && text.ends_with(b".rs") && text.iter().all(u8::is_ascii_graphic)).then_some((name, length))
}

fn clear(segments: &mut [Segment], at: u32, length: u32) {
    for Segment { start, bytes, .. } in segments {
        let from = at.wrapping_sub(*start) as usize;
        if let Some(part) = bytes.get_mut(from..from.saturating_add(length as usize)) {
            part.fill(0);
        }
    }
}
