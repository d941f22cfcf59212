//! What holds of reading any trace in any format: the property tests try it on some texts, the fuzz target on many.

use std::ops::ControlFlow;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde_json::Value as Json;
use specgen::base::diag::Diagnostic;
use specgen::base::disk;
use specgen::eval::Strings;
use specgen::eval::printed;
use specgen::instrument::FieldKind;
use specgen::instrument::TraceConfig;
use specgen::tla::value::Value;
use specgen::trace::Event;
use specgen::trace::Header;
use specgen::trace::Mapping;
use specgen::trace::bind::bind;
use specgen::trace::formats::Format;
use specgen::trace::formats::Stream;
use specgen::trace::formats::to_itf;
use specgen::trace::literal::literal;
use specgen::trace::read;

/// What stands between a mapping and a trace.
pub(crate) const BETWEEN: &str = "\n%%%%\n";

const KINDS: [FieldKind; 4] = [FieldKind::Scalar, FieldKind::Set, FieldKind::Map, FieldKind::Bag];

/// Reading ends, told by how the file begins or as a format that the text chooses; each mistake has its line; what was read is
/// a trace in our format, and in ITF where that has it; and a value is what its literal says. `folder` takes the files.
pub(crate) fn trace_holds(folder: &Utf8Path, text: &str) {
    let (mapping, trace) = text.split_once(BETWEEN).map_or((None, text), |(mapping, trace)| (Some(mapping), trace));
    let file = folder.join("t.trace");
    disk::put(&file, trace).expect("a file of our own");
    let mapping = mapping.and_then(mapping_of);
    let chosen = Format::ALL[trace.bytes().map(usize::from).sum::<usize>() % Format::ALL.len()];
    let told = Format::of(&file);
    told.as_ref().err().into_iter().for_each(|wrong| is_told(wrong, trace));
    for format in [told.ok().filter(|told| *told != chosen), Some(chosen)].into_iter().flatten() {
        let options = read::Options { mapping: mapping.as_ref(), ..read::Options::default() };
        let Some((header, events)) = read_as(&file, format, options, trace) else { continue };
        is_written_and_read(folder, &header, &events, options);
        events.iter().for_each(values_hold);
    }
}

/// The mapping, if the text is one.
fn mapping_of(text: &str) -> Option<Mapping> {
    let config = match TraceConfig::read(text, "trace.yaml") {
        Ok(config) => config,
        Err(wrong) => {
            is_told(&wrong, text);
            return None;
        }
    };
    let mapping = Mapping::of(&config, "trace.yaml").ok()?;
    for field in mapping.checked() {
        mapping.is_shared(field);
    }
    for parameter in mapping.actions.iter().flat_map(|action| &action.parameters) {
        assert!(parameter.origin().is_ok(), "{parameter:?} was let pass");
    }
    Some(mapping)
}

/// The header and the events, where nothing is wrong.
fn read_as(file: &Utf8Path, format: Format, options: read::Options<'_>, text: &str) -> Option<(Header, Vec<Event>)> {
    let stream = Stream::open(file, Some(format), options).inspect_err(|wrong| is_told(wrong, text));
    let mut stream = stream.ok()?;
    let mut events = Vec::new();
    let wrong = read::each(stream.by_ref(), |event| {
        events.push(event);
        Ok(ControlFlow::Continue(()))
    });
    wrong.iter().for_each(|wrong| is_told(wrong, text));
    for event in &events {
        assert!(options.mapping.is_none_or(|mapping| mapping.action(&event.name).is_some()), "{event:?} is unknown");
        if let Some(mapping) = options.mapping {
            bound(mapping, event);
        }
    }
    (wrong.is_empty() && !events.is_empty()).then(|| (stream.header.clone(), events))
}

/// What a mapping asks for of an event.
fn bound(mapping: &Mapping, event: &Event) {
    for field in mapping.checked() {
        if let Some(value) = event.state.get(&field.field) {
            is_its_literal(value, field.kind);
        }
    }
}

/// The trace in our format is the same trace, and so is the ITF document that is made of it.
fn is_written_and_read(folder: &Utf8Path, header: &Header, events: &[Event], options: read::Options<'_>) {
    let mut text = format!("{}\n", header.to_json());
    for (number, event) in (1..).zip(events) {
        text.extend([event.to_json(number).to_string(), "\n".to_owned()]);
    }
    // Only our format says which system it is of.
    let system = options.mapping.and_then(|mapping| mapping.system.as_deref());
    if system.is_none_or(|system| system == header.system) {
        let again = read::read_from(text.as_bytes(), "t.ndjson", options);
        let again = again.unwrap_or_else(|failure| panic!("what was read is written and refused: {failure:?}\n{text}"));
        assert_eq!(again.header, *header, "{text}");
        for ((number, event), again) in (1..).zip(events).zip(&again.events) {
            let same = Event { line: again.line, seq: number, ..event.clone() };
            assert_eq!(*again, same, "{text}");
        }
        assert_eq!(again.events.len(), events.len());
    }
    let mut writer = to_itf::Writer::new("t.trace", header);
    let states: Result<String, Diagnostic> = events.iter().map(|event| writer.event(event)).collect();
    let Ok(states) = states else { return };
    let file = folder.join("t.itf.json");
    disk::put(&file, states + &writer.end()).expect("a file of our own");
    let mut stream = Stream::open(&file, Some(Format::Itf), read::Options::default()).expect("we wrote it");
    let again: Result<Vec<Event>, Diagnostic> = stream.by_ref().collect();
    let again = again.unwrap_or_else(|wrong| panic!("an ITF document that we wrote is refused: {wrong:?}"));
    assert_eq!(again.len(), events.len());
    for (again, event) in again.iter().zip(events) {
        assert_eq!((&again.name, &again.params), (&event.name, &event.params), "{header:?}");
    }
}

fn values_hold(event: &Event) {
    for value in event.params.values().chain(event.state.values()) {
        KINDS.iter().for_each(|kind| is_its_literal(value, *kind));
    }
}

/// The value that a trace has for the evaluator is the one that its text has for TLC.
fn is_its_literal(json: &Json, kind: FieldKind) {
    let bound = bind(json, kind, &Strings::default());
    match (literal(json, kind), bound) {
        (Err(text), Err(bound)) => assert_eq!(text, bound, "{json} as {kind:?}"),
        (Ok(text), Ok(bound)) => {
            // What cannot be compared has no printed value: TLC finds that out when it looks.
            let Some(printed) = printed(&bound) else { return };
            let said = Value::parse(&text).map(Value::canonical);
            assert_eq!(said.as_ref().ok(), Some(&printed), "{json} as {kind:?}: {text}");
        }
        // Points or elements that cannot be compared.
        (Ok(_), Err(reason)) => assert!(has_marks(json), "{json} as {kind:?}: {reason}"),
        (Err(reason), Ok(_)) => panic!("{json} as {kind:?} has no literal: {reason}"),
    }
}

/// Whether there may be functions on other points than strings.
fn has_marks(json: &Json) -> bool {
    json.to_string().contains("#map") || json.is_array()
}

fn is_told(wrong: &Diagnostic, text: &str) {
    assert!(wrong.code.contains('/') && !wrong.message.is_empty(), "{wrong:?}");
    let lines = text.split('\n').count();
    assert!(!wrong.places.is_empty(), "{wrong:?}");
    assert!(wrong.places.iter().all(|place| (1..=lines).contains(&place.line)), "{wrong:?} in {lines} lines");
    assert!(!wrong.render(false).is_empty());
}

/// A folder for the files of one thread.
pub(crate) fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("its name is text");
    (folder, path)
}
