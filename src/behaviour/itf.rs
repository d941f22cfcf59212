//! A behaviour in the ITF format of Apalache (<https://apalache-mc.org/docs/adr/015adr-trace.html>).

use serde_json::Map;
use serde_json::json;

use super::Behaviour;
use super::Step;
use crate::tla::value::Value;

/// As ITF: integers as `#bigint`, model values as strings. A variable whose value could not be read is `#unserializable`.
pub fn itf(behaviour: &Behaviour) -> serde_json::Value {
    let vars: Vec<&String> = behaviour.steps.first().map(|step| step.state.keys().collect()).unwrap_or_default();
    let mut trace = json!({
        "#meta": {
            "format": "ITF",
            "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
            "description": behaviour.message,
        },
        "vars": vars,
        "states": behaviour.steps.iter().enumerate().map(|(index, step)| state(index, step)).collect::<Vec<_>>(),
    });
    if let Some(index) = behaviour.loops_to() {
        trace["loop"] = json!(index);
    }
    trace
}

fn state(index: usize, step: &Step) -> serde_json::Value {
    let mut fields = Map::new();
    fields.insert("#meta".to_owned(), json!({ "index": index, "action": step.action }));
    for (name, text) in &step.state {
        let value = step.value(name).map_or_else(|| json!({ "#unserializable": text }), |read| value(&read));
        fields.insert(name.clone(), value);
    }
    fields.into()
}

fn value(value: &Value) -> serde_json::Value {
    let all = |items: &mut dyn Iterator<Item = &Value>| items.map(self::value).collect::<Vec<_>>();
    match value {
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!({ "#bigint": value.to_string() }),
        Value::Str(text) | Value::Model(text) => json!(text),
        Value::Set(items) => json!({ "#set": all(&mut items.iter()) }),
        Value::Sequence(items) => json!(all(&mut items.iter())),
        Value::Record(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), self::value(field))).collect::<Map<_, _>>().into()
        }
        Value::Function(entries) => {
            let pairs: Vec<_> =
                entries.iter().map(|(key, entry)| json!([self::value(key), self::value(entry)])).collect();
            json!({ "#map": pairs })
        }
    }
}
