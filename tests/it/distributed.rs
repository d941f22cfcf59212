//! `specgen check --distributed`: TLC's server and workers on loopback.

use camino::Utf8Path;
use serde_json::Value;
use specgen::base::disk;

use crate::tlc::Model;

const HERE: [&str; 6] = ["--no-deadlock", "--distributed", "--workers-local", "2", "--workers", "1"];

fn with_bound(model: &Model, bound: u64) {
    let config = format!("CONSTANT Max = {bound}\nINIT Init\nNEXT Next\nINVARIANT Small\n");
    disk::put(Utf8Path::new(&model.config), config).unwrap();
}

/// A grid of 81 by 81 by 81 states.
#[test]
fn a_server_and_two_workers_find_the_states_of_a_single_run() {
    let Some(model) = Model::of("Big", "big") else { return };
    let distinct = |found: &Value| found["evidence"]["distinct_states"].as_u64();
    // Where the machine is busy, a small search is over before the second worker has begun.
    for bound in [80, 120, 180] {
        with_bound(&model, bound);
        let spread = model.found(0, &HERE);
        assert_eq!((&spread["verdict"], &spread["class"]), (&"holds".into(), &Value::Null), "{spread:#}");
        assert_eq!(distinct(&spread), Some((bound + 1_u64).pow(3)), "{spread:#}");
        let log = disk::read_text(&model.folder().join("tlc.log")).unwrap();
        if log.matches("STARTMSG 7001").count() == 2 {
            let single = model.found(0, &["--no-deadlock"]);
            assert_eq!(distinct(&spread), distinct(&single));
            return;
        }
    }
    panic!("the second worker never began");
}

/// The first worker with this port, once both of them are there and have begun.
#[cfg(unix)]
fn one_of_the_workers(model: &Model, port: &str) -> Option<String> {
    let log = disk::read_text_if_there(&model.folder().join("tlc.log")).unwrap().unwrap_or_default();
    if log.matches("STARTMSG 7001").count() < 2 {
        return None;
    }
    // The server has `TLCWorker.threadCount` among its options; the class that a worker runs has a blank behind it.
    let pattern = format!("TLCServer.port={port} .*TLCWorker ");
    let found = assert_cmd::Command::new("pgrep").args(["-f", &pattern]).output().unwrap();
    String::from_utf8(found.stdout).unwrap().lines().next().map(str::to_owned)
}

/// How long a search lasts differs between machines: the grid grows until the worker dies before the end.
#[test]
#[cfg(unix)]
fn a_search_survives_the_death_of_a_worker() {
    let Some(model) = Model::of("Big", "big") else { return };
    for bound in [80, 120, 180, 260] {
        with_bound(&model, bound);
        let port = specgen::engine::Distribution::free_port().unwrap().to_string();
        let mut child = model.start(&[&HERE[..], &["--port", &port, "--json"]].concat());
        while child.try_wait().unwrap().is_none() {
            if let Some(worker) = one_of_the_workers(&model, &port) {
                assert_cmd::Command::new("kill").args(["-s", "KILL", &worker]).output().unwrap();
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let output = child.wait_with_output().unwrap();
        let body: Value = serde_json::from_slice(&output.stdout).unwrap();
        let found = &body["result"]["tlc"];
        assert_eq!(found["verdict"], "holds", "{body:#}");
        assert_eq!(found["evidence"]["distinct_states"], (bound + 1).pow(3));
        let log = disk::read_text(&model.folder().join("tlc.log")).unwrap();
        // 7006: the connection to a worker is lost.
        if log.contains("STARTMSG 7006") {
            return;
        }
    }
    panic!("every search ended before its worker died");
}

#[test]
fn what_distributed_tlc_cannot_say_is_no_pass() {
    let Some(model) = Model::of("Big", "big") else { return };
    let module = disk::read_text(Utf8Path::new(&model.module)).unwrap();
    disk::put(Utf8Path::new(&model.module), module.replace("Small == a <= Max", "Small == a + b + c < 20")).unwrap();
    let found = model.found(10, &HERE);
    assert_eq!((&found["verdict"], &found["code"]), (&"unknown".into(), &"tlc/found-by-worker".into()), "{found:#}");
    let arguments = |more: &[&'static str]| [&HERE[..], &["--json"], more].concat();
    model.run(&arguments(&["--simulate"])).failed_as_usage();
    model.run(&["--distributed", "--json"]).failed(2, "config/usage").says("--server");
    disk::put(Utf8Path::new(&model.config), "CONSTANT Max = 9\nSPECIFICATION Spec\nPROPERTY Spec\n").unwrap();
    model.run(&arguments(&[])).failed(10, "tlc/distributed").says("Spec");
}

/// `ssh` and `scp` that stay on this machine: what is tried is which commands are made of a host.
#[test]
#[cfg(unix)]
fn a_worker_is_started_on_another_machine_with_the_jar_taken_there() {
    let Some(model) = Model::of("Big", "big") else { return };
    with_bound(&model, 20);
    let bin = model.path.join("bin");
    let program = |name: &str, text: &str| {
        disk::put(&bin.join(name), text).unwrap();
        assert_cmd::Command::new("chmod").args(["+x", bin.join(name).as_str()]).assert().success();
    };
    let home = model.path.join("home");
    disk::create_dir(&home).unwrap();
    program("scp", &format!("#!/bin/sh\ncp \"$3\" \"{home}/${{4#*:}}\"\n"));
    program("ssh", &format!("#!/bin/sh\necho \"$4\" >> {home}/hosts\ncd {home} && exec sh -c \"$5\"\n"));
    let more = ["--no-deadlock", "--distributed", "--workers-on", "me@localhost", "--server", "127.0.0.1", "--json"];
    let ran = model.run_with_path(&bin, &more);
    assert_eq!((ran.exit, &ran.json()["result"]["tlc"]["evidence"]["distinct_states"]), (0, &9261.into()), "{ran:?}");
    assert_eq!(disk::read_text(&home.join("hosts")).unwrap(), "me@localhost\n");
}
