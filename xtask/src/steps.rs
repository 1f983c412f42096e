//! The steps of `cargo xtask test`: their order, their names, and what each one runs.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::builds::{WHOLE_WORKSPACE, build_soak, on_a_screen, program};
use crate::count;
use crate::failure::Failure;
use crate::fuzz;
use crate::home::Home;
use crate::node::Project;
use crate::process::{cargo, run_within};
use crate::tree::Snapshot;

/// One thing that must hold. The order is the order of the run: what fails most often and fastest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Fmt,
    UiBuild,
    Clippy,
    Crates,
    Bindings,
    Ui,
    Bridge,
    Desktop,
    Temporal,
    Walk,
    Count,
    Docs,
    Tree,
    Fuzz,
    Soak,
}

/// The steps of every run, in order.
pub(crate) const ALL: [Step; 13] = [
    Step::Fmt,
    Step::UiBuild,
    Step::Clippy,
    Step::Crates,
    Step::Bindings,
    Step::Ui,
    Step::Bridge,
    Step::Desktop,
    Step::Temporal,
    Step::Walk,
    Step::Count,
    Step::Docs,
    Step::Tree,
];

/// What is too slow for every run, and shown before a release. In every run the fuzz targets are driven by the product's own tests,
/// over all seeds and damage to them, the same each time: a fuzzer needs a build of its own, and what it finds by chance is no fault of
/// the change that is tested.
pub(crate) const RELEASE: [Step; 2] = [Step::Fuzz, Step::Soak];

/// The steps that drive the whole product from outside.
pub(crate) const END_TO_END: [Step; 4] = [Step::Bridge, Step::Desktop, Step::Temporal, Step::Walk];

/// No single program of a step may take longer; the slowest is a cold build of the desktop app.
const LIMIT: Duration = Duration::from_secs(25 * 60);

/// For how long each fuzz target runs before a release.
const FUZZ_SECONDS: u64 = 300;

/// For how long the app is attacked before a release.
const SOAK_MINUTES: u64 = 30;

/// With HTTPS and tokens.
const HTTPS_SOAK_MINUTES: u64 = 15;

impl Step {
    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Step::Fmt => "fmt",
            Step::UiBuild => "ui-build",
            Step::Clippy => "clippy",
            Step::Crates => "crates",
            Step::Bindings => "bindings",
            Step::Ui => "ui",
            Step::Bridge => "bridge",
            Step::Desktop => "desktop",
            Step::Temporal => "temporal",
            Step::Walk => "walk",
            Step::Count => "count",
            Step::Fuzz => "fuzz",
            Step::Docs => "docs",
            Step::Tree => "tree",
            Step::Soak => "soak",
        }
    }

    /// What it proves, in a few words.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Step::Fmt => "Rust is formatted, and the fuzz targets' lock file is current",
            Step::UiBuild => "the UI builds (the desktop app embeds it)",
            Step::Clippy => "no lint complains anywhere in the workspace",
            Step::Crates => "`cargo test` of every crate, the desktop shell and this tool",
            Step::Bindings => "the UI's types are what the Rust types generate",
            Step::Ui => "the UI type-checks, lints and passes its unit tests",
            Step::Bridge => "the UI in Chromium on the real core",
            Step::Desktop => "the real window under Xvfb",
            Step::Temporal => "a real Temporal Server, Web UI, CLI and worker",
            Step::Walk => "a newcomer gets from a fresh start to a decoded Workflow",
            Step::Count => "a request takes no more instructions than it did",
            Step::Docs => "the documentation builds without a warning",
            Step::Tree => "this run left the checkout as it was",
            Step::Fuzz => "the fuzz targets find nothing within five minutes each",
            Step::Soak => "nothing is lost and memory comes back in half an hour of attacks",
        }
    }

    /// The step of that name.
    pub(crate) fn named(name: &str) -> Option<Step> {
        ALL.into_iter().chain(RELEASE).find(|it| it.name() == name)
    }
}

/// What the steps of one run share.
#[derive(Debug)]
pub(crate) struct Checkout {
    root: PathBuf,
    at_start: Snapshot,
    ui_is_built: Cell<bool>,
}

impl Checkout {
    /// Remembers the state of the checkout at `root`.
    ///
    /// # Errors
    /// When it is not a git work tree.
    pub(crate) fn new(root: &Path) -> Result<Checkout, Failure> {
        Ok(Checkout {
            root: root.to_path_buf(),
            at_start: Snapshot::of_checkout(root)?,
            ui_is_built: Cell::new(false),
        })
    }

    /// Runs one step to its end.
    ///
    /// # Errors
    /// When what it checks does not hold, or it cannot be run.
    pub(crate) fn perform(&self, step: Step) -> Result<(), Failure> {
        match step {
            Step::Fmt => self.fmt(),
            Step::UiBuild => self.build_ui(),
            Step::Clippy => self.clippy(),
            Step::Crates => self.crates(),
            Step::Bindings => self.bindings(),
            Step::Ui => self.ui(),
            Step::Bridge => self.bridge(),
            Step::Desktop => self.desktop(),
            Step::Temporal => self.temporal(),
            Step::Walk => self.walk(),
            Step::Count => count::count(&self.root),
            Step::Fuzz => self.fuzz(),
            Step::Docs => self.docs(),
            Step::Tree => self.tree(),
            Step::Soak => self.soak(),
        }
    }

    fn fmt(&self) -> Result<(), Failure> {
        run_within(LIMIT, cargo(&self.root).args(["fmt", "--all", "--check"]))?;
        fuzz::lock_file(&self.root)
    }

    fn clippy(&self) -> Result<(), Failure> {
        self.build_ui()?;
        let mut clippy = cargo(&self.root);
        clippy.arg("clippy").args(WHOLE_WORKSPACE);
        run_within(
            LIMIT,
            clippy.args(["--all-targets", "--", "-D", "warnings"]),
        )
    }

    fn crates(&self) -> Result<(), Failure> {
        let home = Home::new()?;
        self.build_programs()?;
        let mut test = cargo(&self.root);
        test.arg("test").args(WHOLE_WORKSPACE).arg("--no-fail-fast");
        // Plain `cargo test` renews the UI's types; here that would hide stale ones from the next step.
        home.hide(&mut test)
            .env("TS_RS_EXPORT_DIR", home.path().join("bindings"));
        run_within(LIMIT, &mut test)
    }

    /// Generates the types into an empty folder and compares: a type that was removed, or whose export was forgotten,
    /// would leave no trace if they were written over the committed ones.
    fn bindings(&self) -> Result<(), Failure> {
        let home = Home::new()?;
        let fresh = home.path().join("bindings");
        let mut export = cargo(&self.root);
        home.hide(&mut export).env("TS_RS_EXPORT_DIR", &fresh);
        export.arg("test").args(WHOLE_WORKSPACE);
        run_within(LIMIT, export.args(["--lib", "export"]))?;
        let committed = Snapshot::of_folder(&self.root.join("ui/src/bindings"))?;
        let generated = Snapshot::of_folder(&fresh)?;
        println!("{} generated files", generated.n_files());
        match committed.differences(&generated).as_slice() {
            [] => Ok(()),
            lines => Err(Failure::Broken(format!(
                "generating the types would change ui/src/bindings:\n{}",
                lines.join("\n")
            ))),
        }
    }

    fn ui(&self) -> Result<(), Failure> {
        let ui = Project::ready(self.root.join("ui"))?;
        let home = Home::new()?;
        ["check", "lint", "test"]
            .into_iter()
            .try_for_each(|script| run_within(LIMIT, home.hide(&mut ui.script(script))))
    }

    fn bridge(&self) -> Result<(), Failure> {
        let project = Project::ready(self.root.join("tests/e2e"))?;
        self.build_programs()?;
        run_within(LIMIT, Home::new()?.hide(&mut project.script("test")))
    }

    /// Before the bus and the screen are started, so that a build cannot outlive them or hide their errors.
    fn desktop(&self) -> Result<(), Failure> {
        self.build_programs()?;
        let home = Home::new()?;
        // There is one screen, and the keys go to one window.
        let one_by_one = ["--test", "desktop", "--", "--test-threads=1"];
        let arguments = [&["test"], &WHOLE_WORKSPACE[..], &one_by_one].concat();
        let mut test = on_a_screen(&self.root, &arguments);
        run_within(LIMIT, home.hide(&mut test))
    }

    fn temporal(&self) -> Result<(), Failure> {
        self.build_programs()?;
        self.python("tests/temporal/run.py")
    }

    fn walk(&self) -> Result<(), Failure> {
        self.build_programs()?;
        self.python("tests/walk/run.py")
    }

    /// Runs a script of the checkout.
    fn python(&self, script: &str) -> Result<(), Failure> {
        let file = self.root.join(script);
        if !file.is_file() {
            return Err(Failure::Absent(file));
        }
        let mut python = Command::new("python3");
        python.arg(script).current_dir(&self.root);
        run_within(LIMIT, Home::new()?.hide(&mut python))
    }

    fn fuzz(&self) -> Result<(), Failure> {
        let mut check = cargo(&self.root);
        check
            .args(["clippy", "--locked"])
            .arg("--manifest-path=tests/fuzz/Cargo.toml")
            .args(["--", "-D", "warnings"]);
        run_within(LIMIT, &mut check)?;
        fuzz::briefly(&self.root, FUZZ_SECONDS)
    }

    fn soak(&self) -> Result<(), Failure> {
        run_within(LIMIT, &mut build_soak(&self.root))?;
        for (how, minutes) in [(None, SOAK_MINUTES), (Some("--https"), HTTPS_SOAK_MINUTES)] {
            let limit = Duration::from_secs((minutes + 5) * 60);
            let mut soak = program(&self.root, "release", "soak");
            soak.args(how).args(["--minutes", &minutes.to_string()]);
            run_within(limit, Home::new()?.hide(&mut soak))?;
        }
        Ok(())
    }

    fn docs(&self) -> Result<(), Failure> {
        self.build_ui()?;
        let mut doc = cargo(&self.root);
        doc.args(["doc", "--no-deps"]).args(WHOLE_WORKSPACE);
        run_within(LIMIT, doc.env("RUSTDOCFLAGS", "-D warnings"))
    }

    fn tree(&self) -> Result<(), Failure> {
        let now = Snapshot::of_checkout(&self.root)?;
        match self.at_start.differences(&now).as_slice() {
            [] => Ok(()),
            lines => Err(Failure::Broken(format!(
                "the run changed the checkout:\n{}",
                lines.join("\n")
            ))),
        }
    }

    /// Once in a run: a second build would only make cargo embed the same files again.
    fn build_ui(&self) -> Result<(), Failure> {
        if !self.ui_is_built.get() {
            let ui = Project::ready(self.root.join("ui"))?;
            run_within(LIMIT, &mut ui.script("build"))?;
            self.ui_is_built.set(true);
        }
        Ok(())
    }

    /// The programs that tests start, with the test targets: so nothing is built twice.
    fn build_programs(&self) -> Result<(), Failure> {
        self.build_ui()?;
        let mut build = cargo(&self.root);
        build.arg("build").args(WHOLE_WORKSPACE);
        run_within(LIMIT, build.args(["--bins", "--tests"]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_a_place_and_a_name_of_its_own() {
        assert!(ALL.is_sorted());
        for step in ALL.into_iter().chain(RELEASE) {
            assert_eq!(Step::named(step.name()), Some(step));
        }
        assert_eq!(Step::named("nothing"), None);
    }
}
