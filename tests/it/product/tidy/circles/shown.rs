//! The search for circles is shown to find them, and to pass what is none, in small made-up trees.

use super::graph::{Arrows, Sources};
use super::{climbs, room, rust, typescript};

fn tree(files: &[(&str, &str)]) -> Sources {
    files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

fn circles(arrows: &Arrows) -> Vec<String> {
    arrows.circles().iter().map(ToString::to_string).collect()
}

fn of_crate(files: &[(&str, &str)]) -> Vec<String> {
    circles(&rust::arrows(&tree(files), "src/lib.rs"))
}

fn of_window(files: &[(&str, &str)]) -> Vec<String> {
    circles(&typescript::arrows(&tree(files)))
}

#[test]
fn two_rust_files_that_import_each_other_are_a_circle() {
    let found = of_crate(&[
        ("src/lib.rs", "mod held;\nmod store;"),
        ("src/held.rs", "use crate::store::State;\npub struct Held;"),
        (
            "src/store.rs",
            "use super::held::{self, Held};\npub enum State {}",
        ),
    ]);
    assert_eq!(
        found,
        ["2 files:\n    src/held.rs -> src/store.rs: State\n    src/store.rs -> src/held.rs: Held"]
    );
}

#[test]
fn a_circle_is_found_through_others_through_reexports_and_through_paths_in_the_code() {
    let found = of_crate(&[
        ("src/lib.rs", "mod a;\nmod b;\nmod c;\npub use a::A;"),
        ("src/a.rs", "pub struct A;\nfn f() { crate::b::g(); }"),
        (
            "src/b.rs",
            "use crate::c;\npub fn g() { c::inner::h::<u8>() }",
        ),
        ("src/c/mod.rs", "pub mod inner;"),
        (
            "src/c/inner.rs",
            "pub fn h<T>() -> crate::A { super::super::A }",
        ),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    for arrow in [
        "3 files",
        "src/a.rs -> src/b.rs: g",
        "src/b.rs -> src/c/inner.rs: h",
        "src/c/inner.rs -> src/a.rs: A",
    ] {
        assert!(found[0].contains(arrow), "{arrow} in {found:?}");
    }
}

#[test]
fn a_parent_that_calls_a_child_which_uses_the_parent_is_a_circle() {
    let found = of_crate(&[
        ("src/lib.rs", "mod list;"),
        (
            "src/list.rs",
            "mod entry;\npub struct Found;\nfn read() { entry::read() }",
        ),
        (
            "src/list/entry.rs",
            "use super::Found;\npub fn read() -> Found { Found }",
        ),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_parent_may_declare_and_reexport_a_child_that_uses_it() {
    let found = of_crate(&[
        ("src/lib.rs", "mod list;\npub use list::{Found, entry};"),
        (
            "src/list.rs",
            "pub mod entry;\npub use entry::read;\npub struct Found;",
        ),
        (
            "src/list/entry.rs",
            "use crate::Found;\npub fn read() -> Found { Found }",
        ),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn tests_comments_and_literals_are_no_imports() {
    let found = of_crate(&[
        ("src/lib.rs", "mod a;\nmod b;"),
        (
            "src/a.rs",
            "use crate::b::B;\npub fn f<'a>(b: &'a B) -> char { '\"' }",
        ),
        (
            "src/b.rs",
            "//! crate::a::f\n/* crate::a::f /* nested */ crate::a::f */\npub struct B;\n\
             const TEXTS: [&str; 2] = [\"crate::a::f\", r#\"\"crate::a::f\"#];\n\
             #[cfg(test)]\nuse crate::a::f;\n#[cfg(test)]\nmod tests {\n    use crate::a::f;\n}",
        ),
    ]);
    assert_eq!(found, [""; 0]);
    let found = of_crate(&[
        ("src/lib.rs", "mod a;\nmod b;"),
        (
            "src/a.rs",
            "use crate::b::B;\npub fn f<'a>(b: &'a B) -> char { '\"' }",
        ),
        (
            "src/b.rs",
            "const QUOTE: &str = \"\\\"\";\nuse crate::a::f;",
        ),
    ]);
    assert_eq!(found.len(), 1, "what follows a literal is read");
}

#[test]
fn two_files_of_the_window_that_import_each_other_are_a_circle_types_as_well() {
    let found = of_window(&[
        (
            "ui/src/state/app.svelte.ts",
            "import {\n  Actions,\n} from './actions.svelte';",
        ),
        (
            "ui/src/state/actions.svelte.ts",
            "import type { App } from '../state/app.svelte';",
        ),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("app.svelte.ts -> ui/src/state/actions.svelte.ts: { Actions, }"));
    assert!(found[0].contains("actions.svelte.ts -> ui/src/state/app.svelte.ts: type { App }"));
}

#[test]
fn components_reexports_and_late_imports_are_arrows() {
    let found = of_window(&[
        (
            "ui/src/Tree.svelte",
            "<!-- A tree. -->\n<script lang=\"ts\">\n  import Row from './rows';\n</script>\n<Row />",
        ),
        (
            "ui/src/rows/index.ts",
            "export { default } from './Row.svelte';",
        ),
        (
            "ui/src/rows/Row.svelte",
            "<script lang=\"ts\">\n  const tree = import(\"../Tree.svelte\");\n</script>",
        ),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("3 files"), "{found:?}");
}

#[test]
fn comments_markup_and_packages_are_no_imports_of_the_window() {
    let found = of_window(&[
        (
            "ui/src/a.ts",
            "import { b } from './b';\nexport const a = b;",
        ),
        (
            "ui/src/b.ts",
            "// import { a } from './a';\n/* import './a'; */\nimport 'a';\nexport const b = 'import from';",
        ),
        (
            "ui/src/C.svelte",
            "<script lang=\"ts\">\n  import { d } from './d';\n</script>\nimport c from './C.svelte'",
        ),
        ("ui/src/d.ts", "export const d = 1;"),
    ]);
    assert_eq!(found, [""; 0]);
}

const APP_FILES: [(&str, &str); 7] = [
    (
        "crates/app/src/lib.rs",
        "mod app;\nmod commands;\nmod core;\nmod keys;\nmod server;\npub use app::App;",
    ),
    (
        "crates/app/src/app.rs",
        "use crate::core::Core;\nuse crate::keys::Keys;\nuse crate::server::Server;\n\
         pub struct App { core: Core, keys: Keys, server: Server }",
    ),
    ("crates/app/src/commands.rs", "fn list(app: &crate::App) {}"),
    ("crates/app/src/core.rs", "pub struct Core;"),
    (
        "crates/app/src/keys.rs",
        "pub mod view;\nuse crate::core::Core;\npub struct Keys;\npub trait Listed {}",
    ),
    ("crates/app/src/keys/view.rs", "pub struct KeyView;"),
    (
        "crates/app/src/server.rs",
        "use crate::keys::Listed;\nuse crate::core::Core;\npub struct Server;",
    ),
];

#[test]
fn a_room_may_use_what_another_shows_but_not_its_state_nor_what_stands_above() {
    let mut sources = tree(&APP_FILES);
    assert_eq!(climbs(&sources), [""; 0]);
    for (line, what) in [
        (
            "use crate::keys::Keys;",
            "uses Keys of crates/app/src/keys.rs",
        ),
        ("use crate::App;", "uses App of crates/app/src/app.rs"),
        (
            "fn f() { crate::commands::list() }",
            "uses list of crates/app/src/commands.rs",
        ),
    ] {
        sources.insert("crates/app/src/server.rs".to_owned(), line.to_owned());
        let found = climbs(&sources);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert_eq!(found[0], format!("crates/app/src/server.rs {what}"));
    }
}

#[test]
fn rooms_that_use_each_other_through_different_files_are_a_circle() {
    let mut sources = tree(&APP_FILES);
    let key_view = "use crate::server::Server;\npub struct KeyView;";
    sources.insert(
        "crates/app/src/keys/view.rs".to_owned(),
        key_view.to_owned(),
    );
    let arrows = rust::arrows(&sources, "crates/app/src/lib.rs");
    assert_eq!(circles(&arrows), [""; 0], "no file reaches itself");
    let found = circles(&arrows.between(room));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("keys -> server: crates/app/src/keys/view.rs uses Server"));
}
