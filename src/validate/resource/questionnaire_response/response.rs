//! A QuestionnaireResponse that is validated, as its rules see it.

use super::form::{Form, Value};
use crate::document::{NameId, NodeId, name, sorted};
use crate::report::Content;
use crate::validate::instance::Instance;
use crate::validate::references::NodeByText;
use crate::validate::resource::questionnaire;

/// A response, with its Questionnaire.
pub(super) struct Response<'i, 'w> {
    pub(super) instance: &'i mut Instance<'w>,
    pub(super) form: Form<'w>,
    /// The QuestionnaireResponse.
    pub(super) node: NodeId,
    /// Whether it is to have all that is required: one in progress, or that was stopped, need not.
    pub(super) is_complete: bool,
    /// The items around: each of the Questionnaire, with the one of the response.
    pub(super) around: Vec<(NodeId, NodeId)>,
    /// The items of the Questionnaire, by their linkIds; from when one is asked for.
    questions: Option<NodeByText>,
    /// All answers, by their questions, in the order of the text; from when one is asked for.
    answers: Option<Vec<(NodeId, NodeId)>>,
}

impl<'i, 'w> Response<'i, 'w> {
    pub(super) fn new(instance: &'i mut Instance<'w>, form: Form<'w>, node: NodeId, is_complete: bool) -> Self {
        Self { instance, form, node, is_complete, around: Vec::new(), questions: None, answers: None }
    }

    /// A name of R4 that is not among the well-known ones.
    pub(super) fn name(&self, name: &str) -> NameId {
        self.instance.definitions.names().find(name.as_bytes())
    }

    /// Whether the Questionnaire says of an item that this holds.
    pub(super) fn is_set(&self, item: NodeId, name: &str) -> bool {
        let member = self.form.document.member(item, self.name(name));
        member.is_some_and(|member| self.form.document.raw(member) == "true")
    }

    /// The value of an answer.
    pub(super) fn value(&self, answer: NodeId) -> Option<Value<'w>> {
        Value::of(self.instance.definitions, self.instance.document, answer, "value")
    }

    /// Adds what the Questionnaire says: a name where that is a definition, and a value where it came with the message.
    pub(super) fn quoted(&self, content: Content, of: &'static str, text: &str) -> Content {
        if self.form.is_loaded { content.name(of, text.to_owned()) } else { content.value(of, text) }
    }

    /// Whether there is work left to look at so many things; what is not looked at is told as that of constraints is.
    pub(super) fn spend(&mut self, rule: &str, things: usize) -> bool {
        let work = &mut self.instance.work;
        match u32::try_from(things).ok().and_then(|things| work.left.checked_sub(things)) {
            Some(left) => work.left = left,
            None => work.note(rule, self.node),
        }
        work.left > 0 && !self.instance.findings.is_full()
    }

    /// The item of the Questionnaire with a linkId, wherever it is.
    pub(super) fn question(&mut self, link_id: &str) -> Option<NodeId> {
        let Form { document, root, .. } = self.form;
        let questions = self.questions.get_or_insert_with(|| {
            let mut found = NodeByText::new();
            questionnaire::questions(document, root, &mut found);
            found
        });
        questions.get(link_id).copied()
    }

    /// The values of all answers to a question inside an item, or inside the response.
    pub(super) fn answers_to(&mut self, question: NodeId, within: NodeId) -> Vec<Value<'w>> {
        if self.answers.is_none() {
            let mut found = Vec::new();
            self.gather(self.node, &mut found);
            self.answers = Some(sorted(&found, &mut Ord::cmp).copied().collect());
        }
        let after = self.instance.document.after(within);
        let all = self.answers.as_deref().unwrap_or_default();
        let start = all.partition_point(|&one| one < (question, within));
        let found = all.get(start..).unwrap_or_default().iter();
        let found = found.take_while(|&&(of, answer)| of == question && answer < after);
        found.filter_map(|&(_, answer)| self.value(answer)).collect()
    }

    /// Lists the answers inside an item, an answer, or the response, each behind its question.
    fn gather(&mut self, holder: NodeId, found: &mut Vec<(NodeId, NodeId)>) {
        let document = self.instance.document;
        for item in document.member_items(holder, name::ITEM) {
            let question = self.question(&document.text_or_empty(item, name::LINK_ID));
            for answer in document.member_items(item, self.name("answer")) {
                found.extend(question.map(|question| (question, answer)));
                self.gather(answer, found);
            }
            self.gather(item, found);
        }
    }
}

/// For tests: a response to these questions, which it contains.
#[cfg(test)]
pub(super) fn answering(questions: &str) -> String {
    format!(
        r##"{{"resourceType":"QuestionnaireResponse","contained":[{{"resourceType":"Questionnaire","id":"q","status":"active","item":[{questions}]}}],
        "questionnaire":"#q","status":"completed",…}}"##
    )
}
