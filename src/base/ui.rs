//! Printing: results to stdout, everything for people to stderr. The only file that prints.

use std::io::IsTerminal as _;
use std::io::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use camino::Utf8Path;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;
use owo_colors::OwoColorize as _;

use crate::base::clock::Stopwatch;
use crate::base::diag::Diagnostic;
use crate::base::disk::DiskError;

/// How often a run that nobody watches at a terminal still says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Where progress and diagnostics are shown.
pub struct Ui {
    quiet: bool,
    live: bool,
    colour: bool,
    current: Mutex<Option<Shown>>,
}

struct Shown {
    title: String,
    watch: Stopwatch,
    said: Stopwatch,
    bar: Option<ProgressBar>,
}

impl Ui {
    /// For a terminal where there is one; `quiet` leaves only diagnostics.
    pub fn new(quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let colour = matches!(
            anstream::AutoStream::choice(&std::io::stderr()),
            anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi
        );
        Self {
            quiet,
            live: terminal,
            colour: colour || terminal && anstream::ColorChoice::global() != anstream::ColorChoice::Never,
            current: Mutex::new(None),
        }
    }

    /// Shows that something long begins.
    pub fn begin(&self, title: &str) {
        let mut current = self.lock();
        let bar = (self.live && !self.quiet).then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(title.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            self.line(&format!("{title} ..."));
        }
        *current = Some(Shown { title: title.to_owned(), watch: Stopwatch::start(), said: Stopwatch::start(), bar });
    }

    /// Says what the current work waits for.
    pub fn waiting(&self, what: &str) {
        let mut current = self.lock();
        let Some(shown) = current.as_mut() else { return };
        match &shown.bar {
            Some(bar) => bar.set_message(what.to_owned()),
            None if shown.said.elapsed() >= HEARTBEAT => {
                shown.said = Stopwatch::start();
                let line = format!("{} {}s: {what}", shown.title, shown.watch.elapsed().as_secs());
                self.line(&line);
            }
            None => {}
        }
    }

    /// Ends the current work with one line that stays.
    pub fn end(&self, outcome: &str) {
        let Some(shown) = self.lock().take() else { return };
        if let Some(bar) = &shown.bar {
            bar.finish_and_clear();
        }
        self.line(&format!("{} {:.1}s: {outcome}", shown.title, shown.watch.elapsed().as_secs_f64()));
    }

    /// A line for people.
    pub fn say(&self, text: &str) {
        let current = self.lock();
        match current.as_ref().and_then(|shown| shown.bar.as_ref()) {
            Some(bar) if !self.quiet => bar.println(text),
            _ => self.line(text),
        }
    }

    /// A diagnostic; shown even when quiet.
    pub fn diagnostic(&self, diagnostic: &Diagnostic) {
        let _bar = self.lock().take().and_then(|shown| shown.bar).inspect(ProgressBar::finish_and_clear);
        write_stderr(&diagnostic.render(self.colour));
    }

    /// A heading in the terminal's emphasis.
    pub fn heading(&self, text: &str) {
        if self.colour { self.say(&text.bold().to_string()) } else { self.say(text) }
    }

    /// Whether colours are wanted.
    pub fn colour(&self) -> bool {
        self.colour
    }

    fn line(&self, text: &str) {
        if !self.quiet {
            write_stderr(text);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Shown>> {
        // A poisoned lock only means that another thread died while printing.
        self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn write_stderr(text: &str) {
    // A closed stderr is no reason to fail.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// The result of a command, on stdout. A closed pipe (`| head`) is no error; a result that is lost otherwise is.
pub fn result(text: &str) -> Result<(), Diagnostic> {
    let mut stdout = anstream::stdout().lock();
    match writeln!(stdout, "{}", text.trim_end_matches('\n')).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(DiskError::new("write", Utf8Path::new("standard output"), error).diagnostic())
        }
        _ => Ok(()),
    }
}
