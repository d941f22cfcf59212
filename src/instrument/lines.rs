//! Where a trace configuration says what: the lines of the items of its lists.

/// The lines, from 1, of what a generated trace spec is made from; empty where the layout does not tell them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// One an item of `actions`.
    pub actions: Vec<usize>,
    /// One an item of `state`.
    pub state: Vec<usize>,
}

impl Lines {
    /// Those of `text`, which has so many actions and fields.
    pub(super) fn of(text: &str, actions: usize, state: usize) -> Self {
        let known = |key: &str, count: usize| {
            let lines = items(text, key);
            // A list on one line, or anything else that was not understood: no line is better than a wrong one.
            if lines.len() == count { lines } else { Vec::new() }
        };
        Self { actions: known("actions", actions), state: known("state", state) }
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
        let text = "a: 1\nstate:\n# note\n- field: x\n  spec: y\n- {field: z}\n\nactions:\n  - name: A\n    parameters:\n      - {name: p}\n  - name: B\nlast: 1\n";
        assert_eq!(Lines::of(text, 2, 2), Lines { actions: vec![9, 12], state: vec![4, 6] });
        assert_eq!(Lines::of("actions: [{name: A}, {name: B}]\n", 2, 0), Lines::default());
    }
}
