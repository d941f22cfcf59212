//! Records, budgets and replays.

use camino::Utf8Path;

use super::anthropic;
use super::bench;
use super::openai;
use super::openai::HAPPY;
use super::request;
use super::server;
use super::stream;
use crate::base::disk;
use crate::llm::Budget;
use crate::llm::Client;
use crate::llm::Kind;
use crate::llm::Price;
use crate::llm::Request;
use crate::llm::Spent;
use crate::llm::record;
use crate::llm::replay::Replay;

fn other(number: usize) -> Request {
    Request::new("draft", "be brief", "why?", 100).sample(u32::try_from(number).unwrap())
}

fn replay(from: &Utf8Path, to: &Utf8Path) -> Client {
    Client::new(Box::new(Replay::new(from.to_owned())), to.to_owned())
}

#[tokio::test]
async fn a_call_is_recorded_and_never_paid_twice() {
    let server = server(vec![stream(HAPPY)]).await;
    let bench = bench(openai(&server.uri()));
    let first = bench.client.ask(&request()).await.unwrap();
    let key = request().key();
    let names = [format!("{key}.json"), format!("{key}.prompt.md"), format!("{key}.reply.md")];
    assert_eq!(disk::files_under(&bench.folder).unwrap(), names);
    assert_eq!(disk::read_text(&bench.folder.join(&names[2])).unwrap(), first.text);
    // The same run, and a resumed one with another provider that would fail if it were asked.
    let again = bench.client.ask(&request()).await.unwrap();
    let resumed = Client::new(Box::new(anthropic("http://127.0.0.1:1")), bench.folder.clone());
    for reply in [again, resumed.ask(&request()).await.unwrap()] {
        assert!(reply.from_record && !first.from_record);
        assert_eq!((&reply.text, reply.usage, &reply.provider), (&first.text, first.usage, &first.provider));
    }
    assert_eq!((bench.client.spent().calls, resumed.spent()), (1, Spent::default()));
}

#[tokio::test]
async fn the_same_question_at_the_same_time_is_asked_once() {
    let server = server(vec![stream(HAPPY)]).await;
    let bench = bench(openai(&server.uri()));
    let request = request();
    let (one, two) = tokio::join!(bench.client.ask(&request), bench.client.ask(&request));
    assert_ne!(one.unwrap().from_record, two.unwrap().from_record);
}

#[tokio::test]
async fn a_recorded_session_replays_byte_for_byte() {
    let server = server(vec![stream(HAPPY)]).await;
    let bench = bench(openai(&server.uri()));
    let first = bench.client.ask(&request()).await.unwrap();
    let copy = bench.folder.with_file_name("replayed");
    let replay = replay(&bench.folder, &copy);
    let second = replay.ask(&request()).await.unwrap();
    assert!(second.from_record);
    assert_eq!((second.text, second.provider, second.model), (first.text, first.provider, first.model));
    assert_eq!(disk::sha256_tree(&bench.folder).unwrap(), disk::sha256_tree(&copy).unwrap());
    assert_eq!(replay.spent(), Spent::default());
}

#[tokio::test]
async fn a_replay_never_asks_and_says_what_is_missing() {
    let bench = bench(openai("http://127.0.0.1:1"));
    let replay = replay(&bench.folder, &bench.folder);
    let error = replay.ask(&request()).await.unwrap_err();
    assert_eq!((error.kind, error.diagnostic.code.as_str()), (Kind::Record, "llm/replay-miss"));
    assert!(error.diagnostic.message.contains("`draft`") && error.diagnostic.message.contains(&request().key()));
    assert!(error.diagnostic.hints.iter().any(|hint| hint.contains("ever recorded")), "{error:?}");
    // A miss for every part that shapes the reply, the system text too.
    let changed = Request { system: "be long".into(), ..request() };
    assert!(replay.ask(&changed).await.unwrap_err().diagnostic.message.contains(&changed.key()));
}

#[tokio::test]
async fn a_damaged_record_is_neither_used_nor_replaced() {
    let server = server(vec![stream(HAPPY)]).await;
    let bench = bench(openai(&server.uri()));
    bench.client.ask(&request()).await.unwrap();
    disk::put(&record::Paths::new(&bench.folder, &request().key()).reply, "something else").unwrap();
    for client in [bench.client, replay(&bench.folder, &bench.folder.with_file_name("other"))] {
        assert_eq!(client.ask(&request()).await.unwrap_err().diagnostic.code, "llm/record-damaged");
    }
}

#[tokio::test]
async fn a_run_stops_at_its_number_of_calls_and_records_are_free() {
    let server = server(vec![stream(HAPPY), stream(HAPPY)]).await;
    let bench = bench(openai(&server.uri()));
    let client = bench.client.budget(Budget { calls: Some(2), ..Budget::default() });
    client.ask(&other(0)).await.unwrap();
    client.ask(&other(0)).await.unwrap();
    client.ask(&other(1)).await.unwrap();
    let error = client.ask(&other(2)).await.unwrap_err();
    assert!(error.is_budget());
    assert_eq!(error.diagnostic.code, "llm/budget");
    assert!(client.ask(&other(1)).await.unwrap().from_record, "what is recorded is still there");
}

#[tokio::test]
async fn a_run_stops_at_its_tokens_and_at_its_money() {
    // A reply takes 12 + 7 tokens; a request is estimated at 3.
    for budget in [Budget { tokens: Some(30), ..Budget::default() }, Budget { usd: Some(0.4), ..Budget::default() }] {
        let server = server(vec![stream(HAPPY), stream(HAPPY)]).await;
        let bench = bench(openai(&server.uri()));
        let client = bench.client.budget(budget).price(Some(Price { input: 1.0, output: 1.0 }));
        client.ask(&other(0)).await.unwrap();
        client.ask(&other(1)).await.unwrap();
        assert!(client.ask(&other(2)).await.unwrap_err().is_budget());
        let spent = client.spent();
        assert_eq!((spent.calls, spent.input_tokens, spent.output_tokens), (2, 24, 14));
        assert!((spent.usd - 0.5).abs() < 1e-9);
    }
}

#[tokio::test]
async fn a_cost_is_worked_out_from_the_price_and_recorded() {
    let server = server(vec![stream(&HAPPY.replace(",\"cost\":0.25", ""))]).await;
    let bench = bench(openai(&server.uri()));
    let client = bench.client.price(Some(Price { input: 1_000_000.0, output: 2_000_000.0 }));
    assert_eq!(client.ask(&request()).await.unwrap().usage.cost_usd, Some(26.0));
    assert_eq!(record::all(&bench.folder).unwrap()[0].usage.cost_usd, Some(26.0));
}

#[tokio::test]
async fn broken_streams_count_against_the_budget_between_attempts() {
    let cut = HAPPY.split("data: [DONE]").next().unwrap();
    let server = server(vec![stream(cut), stream(cut)]).await;
    let bench = bench(openai(&server.uri()));
    let client = bench.client.budget(Budget { tokens: Some(30), ..Budget::default() });
    assert!(client.ask(&request()).await.unwrap_err().is_budget());
}
