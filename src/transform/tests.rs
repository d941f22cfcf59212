//! What the transformation makes of small modules, and what it refuses.

use super::Options;
use super::transform;

#[test]
fn scratch() {
    let (Ok(path), Ok(out)) = (std::env::var("SCRATCH"), std::env::var("SCRATCH_OUT")) else { return };
    let text = fs_err::read_to_string(path).unwrap();
    match transform(&text, "Raft.tla", &Options::default()) {
        Ok(done) => {
            fs_err::write(out, &done.text).unwrap();
            for line in done.report {
                println!("{line:?}");
            }
        }
        Err(list) => list.iter().for_each(|d| println!("{}", d.render(false))),
    }
}
