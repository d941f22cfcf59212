//! Names: what remains of a written type or callee when parameters, arguments and white space are left out.

use crate::base::text::one_line;
use crate::source::model::FileOutline;
use crate::source::model::Function;
use crate::source::model::Outline;

/// The text without what stands in `<>` and `[]`; `SpinMutex<T, R>` becomes `SpinMutex`.
pub fn without_generics(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(text.len());
    let mut previous = ' ';
    for character in text.chars() {
        match character {
            '<' | '[' => depth += 1,
            // The arrow of a function type closes nothing.
            '>' if previous == '-' && depth > 0 => {}
            '>' if previous == '-' => kept.push(character),
            '>' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(character),
            _ => {}
        }
        previous = character;
    }
    kept.trim().to_owned()
}

/// A callee or operand: no white space, and `..` for what stands in inner brackets.
pub fn condensed(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '(' | '{' => {
                if depth == 0 {
                    kept.push(character);
                    kept.push_str("..");
                }
                depth += 1;
            }
            ')' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    kept.push(character);
                }
            }
            _ if depth > 0 || character.is_whitespace() => {}
            _ => kept.push(character),
        }
    }
    kept.replace("(..)", "()")
}

/// What stands after the last `.` or `::`.
pub fn last_segment(text: &str) -> &str {
    text.rsplit(['.', ':']).next().unwrap_or(text).trim()
}

/// What stands before the last `.` or `::`; `None` for a plain name.
pub fn qualifier(text: &str) -> Option<&str> {
    let last = text.rfind(['.', ':'])?;
    Some(text[..last].trim_end_matches(':'))
}

/// What a look-up by name found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<'a> {
    /// Exactly one function.
    One(&'a FileOutline, &'a Function),
    /// None; the closest names, closest first, at most three.
    None(Vec<String>),
    /// Several, each as `name@line`, which finds it; where the file was left open, with ` of file` behind.
    Many(Vec<String>),
}

/// Looks a function up: by its qualified name; then without type parameters and spaces; then, for trait
/// implementations and pointer receivers, as `Type::method` or `Type.method`; then by its own name. The first way that finds anything decides. `name@line`
/// means the one that begins on this line, for functions written twice under different conditions.
pub fn find<'a>(outline: &'a Outline, file: Option<&str>, wanted: &str) -> Found<'a> {
    let (wanted, line) = match wanted.rsplit_once('@').map(|(name, line)| (name, line.parse::<usize>())) {
        Some((name, Ok(line))) => (name, Some(line)),
        _ => (wanted, None),
    };
    let all: Vec<(&FileOutline, &Function)> = outline
        .files
        .iter()
        .filter(|f| file.is_none_or(|path| f.path == path))
        .flat_map(|f| f.functions.iter().map(move |function| (f, function)))
        .collect();
    let wanted_plain = plain(wanted);
    // `raft.Step`, `(raft).Step` and `raft::Step` say as much as `(*raft).Step`.
    let wanted_owned = wanted_plain.replace("::", ".").replace(['(', ')', '*', '&'], "");
    let ways: [&dyn Fn(&Function) -> bool; 4] = [
        &|f| f.qualified == wanted,
        &|f| plain(&f.qualified) == wanted_plain,
        &|f| f.owner.as_ref().is_some_and(|owner| format!("{owner}.{}", f.name) == wanted_owned),
        &|f| f.name == wanted_plain,
    ];
    for way in ways {
        let hits: Vec<_> = all.iter().filter(|(_, f)| way(f) && line.is_none_or(|line| f.first_line == line)).collect();
        match hits.as_slice() {
            [] => {}
            [(file, function)] => return Found::One(file, function),
            many => {
                let name = |(place, f): &&(&FileOutline, &Function)| match file {
                    Some(_) => format!("{}@{}", f.qualified, f.first_line),
                    None => format!("{}@{} of {}", f.qualified, f.first_line, place.path),
                };
                return Found::Many(many.iter().map(name).collect());
            }
        }
    }
    let mut near: Vec<(usize, &str)> =
        all.iter().map(|(_, f)| (likeness(&f.qualified, &f.name, wanted), f.qualified.as_str())).collect();
    near.sort_unstable();
    near.dedup();
    Found::None(near.into_iter().take(3).map(|(_, name)| name.to_owned()).collect())
}

/// A qualified name for comparing: no white space and no type parameters, but `<A as B>` kept.
fn plain(name: &str) -> String {
    let squeezed = one_line(name);
    let Some((cast, rest)) = squeezed.strip_prefix('<').and_then(|inner| inner.rsplit_once(">::")) else {
        return without_generics(&squeezed).replace(' ', "");
    };
    match cast.split_once(" as ") {
        Some((type_text, trait_text)) => {
            format!("<{} as {}>::{rest}", without_generics(type_text), without_generics(trait_text))
        }
        None => squeezed,
    }
}

fn likeness(qualified: &str, name: &str, wanted: &str) -> usize {
    let (wanted, last) = (wanted.to_lowercase(), last_segment(wanted).to_lowercase());
    let whole = distance(&qualified.to_lowercase(), &wanted);
    // The right method on the wrong type is the likeliest slip.
    whole.min(distance(&name.to_lowercase(), &last) + 1)
}

fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let changed = diagonal + usize::from(l != *r);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_parameters_are_left_out() {
        assert_eq!(without_generics("SpinMutex<T, R>"), "SpinMutex");
        assert_eq!(without_generics("s *Set[K, V]"), "s *Set");
        assert_eq!(without_generics("F<fn(u8) -> X>"), "F");
        assert_eq!(plain("SpinMutex<T,R>::try_lock"), "SpinMutex::try_lock");
        assert_eq!(plain("<X<T> as From<A>>::from"), "<X as From>::from");
    }

    #[test]
    fn a_callee_keeps_no_arguments() {
        assert_eq!(condensed("self\n  .lock(a, b(c))\n  .store"), "self.lock().store");
        assert_eq!(condensed("func() { x() }"), "func(){..}");
    }

    #[test]
    fn distance_counts_single_changes() {
        assert_eq!(distance("step", "stap"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
