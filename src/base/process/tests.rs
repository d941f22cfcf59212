use super::usage::cpu_time;
use super::*;
use crate::base::disk;

fn shell(script: &str) -> Command {
    Command::new("sh").arg("-c").arg(script)
}

/// Whether a process with this number runs (a zombie does not).
fn runs(process: &str) -> bool {
    let stat = disk::read_text(Utf8Path::new(&format!("/proc/{process}/stat"))).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

async fn ends_soon(process: &str) -> bool {
    for _ in 0..100 {
        if !runs(process) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test]
async fn a_child_leaves_both_outputs_its_status_and_a_log() {
    let scratch = disk::Scratch::new().unwrap();
    let log = scratch.path().join("logs/1.log");
    let child = shell("cat; echo oops >&2; exit 3").stdin("one\ntwo").log(&log);
    let mut lines = Vec::new();
    let finished = child.run_lines(&mut |line| lines.push(line.to_owned())).await.unwrap();
    assert_eq!(finished.exit, Exit::Failure(3));
    assert_eq!((finished.stdout.as_str(), finished.stderr.as_str()), ("one\ntwo", "oops\n"));
    assert_eq!(lines, ["one", "two"]);
    let text = disk::read_text(&log).unwrap();
    assert!(text.starts_with("$ sh -c 'cat; echo oops >&2; exit 3'\n"), "{text}");
    assert!(text.ends_with("\n*** exit: failure, status 3\n"), "{text}");
}

#[tokio::test]
async fn environment_and_directory_reach_the_child() {
    let scratch = disk::Scratch::new().unwrap();
    let child = shell("echo $NEW-$HOME; pwd").env("NEW", "1").env_remove("HOME").directory(scratch.path());
    let finished = child.run().await.unwrap();
    assert!(finished.stdout.starts_with("1-\n"), "{}", finished.stdout);
    assert!(finished.stdout.contains(scratch.path().file_name().unwrap()));
}

#[tokio::test]
async fn a_time_out_kills_the_grandchild_too() {
    let finished = shell("sleep 60 & echo $!; wait").limit(Duration::from_millis(300)).run().await.unwrap();
    assert_eq!(finished.exit, Exit::Timeout);
    assert!(finished.wall < Duration::from_secs(50));
    assert!(ends_soon(finished.stdout.trim()).await, "the grandchild sleep is still there");
}

#[tokio::test]
async fn dropping_the_future_kills_the_grandchild_too() {
    let mut grandchild = String::new();
    let mut keep = |line: &str| line.clone_into(&mut grandchild);
    let run = shell("sleep 60 & echo $!; wait").run_lines(&mut keep);
    assert!(tokio::time::timeout(Duration::from_millis(300), run).await.is_err());
    assert!(!grandchild.is_empty());
    assert!(ends_soon(&grandchild).await, "the grandchild sleep is still there");
}

#[tokio::test]
async fn an_interrupt_kills_the_group_and_is_an_error() {
    let mut grandchild = String::new();
    let mut keep = |line: &str| line.clone_into(&mut grandchild);
    let interrupt = || async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        "SIGTERM"
    };
    let error = shell("sleep 60 & echo $!; wait").run_until(interrupt, &mut keep, None).await.unwrap_err();
    assert_eq!(error.diagnostic().code, "process/interrupted");
    assert_eq!(error.to_string(), "stopped by SIGTERM while sh ran");
    assert!(ends_soon(&grandchild).await, "the grandchild sleep is still there");
}

#[tokio::test]
async fn the_first_interruption_of_a_bounded_run_keeps_its_output_and_the_second_does_not_wait() {
    for interruptions in [1, 2] {
        let said = std::sync::Mutex::new(String::new());
        let left = std::sync::Mutex::new(interruptions);
        // None comes before the child has said who it is.
        let interrupt = || async {
            while said.lock().unwrap().is_empty() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            if *left.lock().unwrap() == 0 {
                std::future::pending::<()>().await;
            }
            *left.lock().unwrap() -= 1;
            "Ctrl-C"
        };
        let watched = Some(Watched { bounds: &Bounds::default(), on_look: &|_| {} });
        let child = shell("trap '' INT TERM; sleep 60 & echo $!; wait");
        let mut keep = |line: &str| line.clone_into(&mut said.lock().unwrap());
        match (interruptions, child.run_until(interrupt, &mut keep, watched).await) {
            (1, Ok(finished)) => assert_eq!((finished.exit, finished.stdout.lines().count()), (Exit::Interrupted, 1)),
            (2, Err(error)) => assert_eq!(error.diagnostic().code, "process/interrupted"),
            (_, other) => panic!("{interruptions}: {other:?}"),
        }
        let process = said.into_inner().unwrap();
        assert!(ends_soon(&process).await, "the grandchild is still there");
    }
}

#[tokio::test]
async fn a_grandchild_that_keeps_the_pipe_does_not_keep_us() {
    let finished = shell("sleep 60 & echo $!").limit(Duration::from_secs(300)).run().await.unwrap();
    assert_eq!(finished.exit, Exit::Success);
    assert!(finished.wall < Duration::from_secs(50), "{:?}", finished.wall);
    assert!(ends_soon(finished.stdout.trim()).await, "the grandchild sleep is still there");
}

#[tokio::test]
async fn output_beyond_the_cap_is_left_out_and_said_so() {
    let mut count = 0;
    let child = shell("i=0; while [ $i -lt 1000 ]; do echo 0123456789; i=$((i+1)); done").output_cap(100);
    let finished = child.run_lines(&mut |_| count += 1).await.unwrap();
    assert_eq!((finished.stdout.len(), finished.truncated, count), (100, true, 1000));
}

#[tokio::test]
async fn output_beyond_the_limit_stops_the_whole_group() {
    let finished = shell("sleep 60 & echo $!; yes").output_limit(100_000).run().await.unwrap();
    assert_eq!(finished.exit, Exit::TooMuch);
    let grandchild = finished.stdout.lines().next().unwrap();
    assert!(ends_soon(grandchild).await, "the grandchild sleep is still there");
    let finished = shell("printf 0123456789").output_limit(10).run().await.unwrap();
    assert_eq!((finished.exit, finished.stdout.as_str()), (Exit::Success, "0123456789"));
}

#[tokio::test]
async fn output_that_is_no_text_is_said_to_be_none() {
    assert!(!shell("printf '\\377'").run().await.unwrap().stdout_is_text);
    assert!(shell("printf é").run().await.unwrap().stdout_is_text);
}

#[tokio::test]
async fn a_killed_child_names_the_signal() {
    assert_eq!(shell("kill -9 $$").run().await.unwrap().exit, Exit::Signalled(9));
}

#[tokio::test]
async fn a_missing_program_is_a_diagnostic_with_a_hint() {
    let error = Command::new("no-such-program-here").run().await.unwrap_err();
    let diagnostic = error.diagnostic();
    assert_eq!(diagnostic.code, "process/program-missing");
    assert!(!diagnostic.hints.is_empty());
    let missing = find_program("no-such-program-here", "apt-get install it").unwrap_err();
    assert_eq!(missing.hints, ["apt-get install it"]);
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn cpu_time_and_memory_are_seen_while_it_runs() {
    let finished = shell("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done").run().await.unwrap();
    assert!(finished.cpu.is_some_and(|cpu| cpu <= finished.wall + Duration::from_millis(100)));
    assert!(finished.peak_memory.is_some_and(|bytes| bytes > 100_000));
}

#[test]
fn a_program_name_with_parentheses_does_not_shift_the_fields() {
    let stat = "12 (a) b (c)) R 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 1 0";
    assert_eq!(cpu_time(stat), Some(Duration::from_secs(2)));
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a child without a guard of its own")]
async fn a_guard_kills_the_group_when_we_end_without_a_word() {
    let mut wrap = CommandWrap::with_new("sh", |command| {
        command.args(["-c", "sleep 60 & echo $!; wait"]).stdout(std::process::Stdio::piped());
    });
    wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
    let mut child = wrap.spawn().unwrap();
    let mut line = [0; 32];
    let read = child.stdout().as_mut().unwrap().read(&mut line).await.unwrap();
    let grandchild = String::from_utf8_lossy(&line[..read]).trim().to_owned();
    // What the system does with our end of the pipe when we are killed.
    drop(Guard::of(child.id()));
    assert!(ends_soon(&grandchild).await, "the grandchild sleep is still there");
    assert!(child.wait().await.unwrap().code().is_none());
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a child without a guard of its own")]
async fn a_guard_that_is_released_leaves_the_group_alone() {
    let mut wrap = CommandWrap::with_new("sleep", |command| {
        command.arg("60");
    });
    wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
    let mut child = wrap.spawn().unwrap();
    let guard = Guard::of(child.id()).unwrap();
    guard.release().await;
    assert!(runs(&child.id().unwrap().to_string()));
    child.start_kill().unwrap();
    child.wait().await.unwrap();
}

#[tokio::test]
async fn a_child_that_fails_for_want_of_room_is_not_judged_by_its_failure() {
    let error = shell("echo 'write x: No space left on device' >&2; exit 1").run().await.unwrap_err();
    assert_eq!(error.diagnostic().code, "disk/full");
    let error = shell("kill -XFSZ $$").run().await.unwrap_err();
    assert_eq!(error.diagnostic().code, "disk/full", "what `ulimit -f` kills");
    let finished = shell("echo 'No space left on device is what a full disk says'").run().await.unwrap();
    assert_eq!(finished.exit, Exit::Success);
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_group_that_takes_more_than_it_may_is_killed_and_what_it_took_was_told() {
    let most = std::sync::Mutex::new(Taking::default());
    let on_look = |taking: Taking| {
        let mut most = most.lock().unwrap();
        *most = Taking { memory: taking.memory.max(most.memory), disk: taking.disk.max(most.disk) };
    };
    let scratch = disk::Scratch::new().unwrap();
    let writer = shell("sh -c 'while :; do head -c 100000 /dev/zero >> big; sleep 0.01; done' & echo $!; wait");
    let bounds = Bounds { folder: Some((scratch.path().to_owned(), 1_000_000)), memory: None };
    let finished = writer.directory(scratch.path()).run_within(&bounds, &on_look, &mut |_| {}).await.unwrap();
    assert_eq!(finished.exit, Exit::TooMuchDisk);
    assert!(ends_soon(finished.stdout.trim()).await, "the grandchild is still there");
    assert!(most.lock().unwrap().disk > Some(1_000_000));
    // The shell's child, not the shell itself, takes the memory.
    let eater = shell("sh -c 'head -c 60000000 /dev/zero | tail -c 60000000 | sleep 60' & echo $!; wait");
    let bounds = Bounds { memory: Some(40_000_000), folder: None };
    let finished = eater.run_within(&bounds, &on_look, &mut |_| {}).await.unwrap();
    assert_eq!(finished.exit, Exit::TooMuchMemory);
    assert!(ends_soon(finished.stdout.trim()).await, "the grandchild is still there");
    assert!(most.lock().unwrap().memory > Some(40_000_000));
}
