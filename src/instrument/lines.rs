//! Where a trace configuration says what: the lines of the items of its lists.

use crate::base::diag::Place;

/// The lines, from 1, of what probes and a generated trace spec are made from; empty where the layout does not tell them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// The file, as the user knows it.
    pub file: String,
    /// Its text.
    pub text: String,
    /// One an item of `probes`.
    pub probes: Vec<usize>,
    /// One an item of `state`.
    pub state: Vec<usize>,
    /// One an item of `actions`.
    pub actions: Vec<usize>,
    /// One an item of `silent`.
    pub silent: Vec<usize>,
    /// One an item of `obligations`.
    pub obligations: Vec<usize>,
}

impl Lines {
    /// Those of `text`, the contents of `file`, whose lists have so many probes, fields, actions, silent actions and obligations.
    pub(super) fn of(text: &str, file: &str, [probes, state, actions, silent, obligations]: [usize; 5]) -> Self {
        let known = |key: &str, count: usize| {
            let lines = items(text, key);
            // A list on one line, or anything else that was not understood: no line is better than a wrong one.
            if lines.len() == count { lines } else { Vec::new() }
        };
        Self {
            file: file.to_owned(),
            text: text.to_owned(),
            probes: known("probes", probes),
            state: known("state", state),
            actions: known("actions", actions),
            silent: known("silent", silent),
            obligations: known("obligations", obligations),
        }
    }

    /// The place of one item of a list, such as `lines.actions`, if it is known.
    pub fn place(&self, lines: &[usize], item: usize) -> Option<Place> {
        Some(Place::at(&self.file, *lines.get(item)?, 1, None))
    }
}

/// The lines that begin an item of the list `key`, which begins in the first column.
fn items(text: &str, key: &str) -> Vec<usize> {
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| !line.starts_with(&format!("{key}:"))).skip(1);
    let mut found: Vec<usize> = Vec::new();
    let mut column = None;
    for (position, line) in lines.by_ref() {
        let indent = line.len() - line.trim_start().len();
        let item = line.trim_start().starts_with("- ") || line.trim() == "-";
        if item && column.is_none_or(|column| column == indent) {
            column = Some(indent);
            found.push(position + 1);
        } else if indent == 0 && !item && !line.trim().is_empty() && !line.starts_with('#') {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_begins_at_the_dash_of_its_list() {
        let text = "a: 1\nprobes: [{function: f}]\nstate:\n# note\n- field: x\n  spec: y\n- {field: z}\n\nactions:\n  - name: A\n    parameters:\n      - {name: p}\n  - name: B\nsilent:\n- name: C\nobligations:\n- {name: D}\nlast: 1\n";
        let lines = Lines::of(text, "t.yaml", [1, 2, 2, 1, 1]);
        let known = Lines {
            file: "t.yaml".to_owned(),
            text: text.to_owned(),
            probes: Vec::new(),
            state: vec![5, 7],
            actions: vec![10, 13],
            silent: vec![15],
            obligations: vec![17],
        };
        assert_eq!(lines, known);
        assert_eq!(lines.place(&lines.actions, 1), Some(Place::at("t.yaml", 13, 1, None)));
        assert_eq!(lines.place(&lines.probes, 0), None);
        assert!(Lines::of("actions: [{name: A}, {name: B}]\n", "t.yaml", [0, 0, 2, 0, 0]).actions.is_empty());
    }
}
