//! Which names cross between the files of a Rust crate: from `use` and from paths in the code. A name counts for the file that
//! defines it, wherever it is re-exported, and a file that only re-exports a name doesn't use it. Tests are left out.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Arrows, Sources};
use super::tokens::{end_of_item, tokens, without_tests};

/// Re-exports that are followed before the search for a name ends.
const MAX_REEXPORTS: usize = 16;

/// The arrows of the crate whose root is this file.
pub(super) fn arrows(sources: &Sources, root: &str) -> Arrows {
    Tree::read(sources, root).arrows()
}

/// The types that the structs of a file keep, each as its file and name.
pub(super) fn kept_by_structs(
    sources: &Sources,
    root: &str,
    file: &str,
) -> BTreeSet<(String, String)> {
    let tree = Tree::read(sources, root);
    let Some(inside) = tree.modules.iter().position(|module| module.file == file) else {
        return BTreeSet::new();
    };
    let all = tokens(&sources[file]);
    let code = without_tests(&all);
    let mut kept = BTreeSet::new();
    for at in (0..code.len()).filter(|at| code[*at] == "struct") {
        let fields = &code[at + 1..end_of_item(&code, at)];
        let words = fields.iter().filter(|word| is_word(word));
        let paths = words.map(|word| [(*word).to_owned()]);
        for (owner, name) in paths.filter_map(|path| tree.resolve(inside, &path, 0)) {
            if let Some(name) = name {
                kept.insert((tree.modules[owner].file.clone(), name));
            }
        }
    }
    kept
}

#[derive(Default)]
struct Module {
    file: String,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    defines: BTreeSet<String>,
    imports: Vec<Import>,
    /// `a::b` outside of `use`
    paths: Vec<Vec<String>>,
    words: BTreeSet<String>,
}

struct Import {
    path: Vec<String>,
    /// `*` for a whole module
    name: String,
    is_public: bool,
}

struct Tree<'a> {
    sources: &'a Sources,
    modules: Vec<Module>,
}

impl<'a> Tree<'a> {
    fn read(sources: &'a Sources, root: &str) -> Self {
        let mut tree = Self {
            sources,
            modules: Vec::new(),
        };
        tree.read_file(root, None);
        tree
    }

    fn add(&mut self, file: &str, parent: Option<usize>) -> usize {
        self.modules.push(Module {
            file: file.to_owned(),
            parent,
            ..Module::default()
        });
        self.modules.len() - 1
    }

    fn read_file(&mut self, file: &str, parent: Option<usize>) -> usize {
        let module = self.add(file, parent);
        let text = self.sources.get(file).map_or("", String::as_str);
        let all = tokens(text);
        let code = without_tests(&all);
        let mut open = vec![(module, 0)];
        let mut depth = 0;
        let mut at = 0;
        while let Some(token) = code.get(at) {
            let inside = open.last().expect("the file's own module stays open").0;
            let after = |n: usize| code.get(at + n).copied().unwrap_or_default();
            match *token {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if open.last().is_some_and(|(_, outside)| *outside == depth) && open.len() > 1 {
                        open.pop();
                    }
                }
                "mod" if after(2) == "{" => {
                    let child = self.add(file, Some(inside));
                    self.modules[inside]
                        .children
                        .insert(after(1).to_owned(), child);
                    open.push((child, depth));
                    depth += 1;
                    at += 2;
                }
                "mod" if after(2) == ";" => {
                    if let Some(child_file) = self.file_of(file, after(1)) {
                        let child = self.read_file(&child_file, Some(inside));
                        self.modules[inside]
                            .children
                            .insert(after(1).to_owned(), child);
                    }
                    at += 2;
                }
                "use" if after(1) != "<" => {
                    let is_public = at > 0 && matches!(code[at - 1], "pub" | ")");
                    at += 1;
                    let imports = &mut self.modules[inside].imports;
                    read_use(&code, &mut at, &[], is_public, imports);
                }
                "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" => {
                    self.modules[inside].defines.insert(after(1).to_owned());
                }
                word if is_word(word) => {
                    let start = at;
                    let mut path = vec![word.to_owned()];
                    while code.get(at + 1) == Some(&"::")
                        && code.get(at + 2).is_some_and(|next| is_word(next))
                    {
                        path.push(code[at + 2].to_owned());
                        at += 2;
                    }
                    // `.name` is a method or a field.
                    if start == 0 || code[start - 1] != "." {
                        self.modules[inside].words.insert(path[0].clone());
                    }
                    if path.len() > 1 {
                        self.modules[inside].paths.push(path);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        module
    }

    /// The file of `mod name;` in `file`
    fn file_of(&self, file: &str, name: &str) -> Option<String> {
        let (folder, own) = file.rsplit_once('/')?;
        let folder = match own {
            "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
            _ => format!("{folder}/{}", own.strip_suffix(".rs")?),
        };
        [
            format!("{folder}/{name}.rs"),
            format!("{folder}/{name}/mod.rs"),
        ]
        .into_iter()
        .find(|file| self.sources.contains_key(file))
    }

    fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::default();
        for (inside, module) in self.modules.iter().enumerate() {
            for import in &module.imports {
                if import.is_public && !module.words.contains(&import.name) {
                    continue;
                }
                match self.resolve(inside, &import.path, 0) {
                    Some((owner, Some(name))) => {
                        arrows.add(&module.file, &self.modules[owner].file, &name);
                    }
                    Some((owner, None)) if import.name == "*" => {
                        arrows.add(&module.file, &self.modules[owner].file, "*");
                    }
                    _ => {}
                }
            }
            for path in &module.paths {
                if let Some((owner, Some(name))) = self.resolve(inside, path, 0) {
                    arrows.add(&module.file, &self.modules[owner].file, &name);
                }
            }
        }
        arrows
    }

    /// The module that defines what this path names, and the name; no name if the path ends at a module. `None` if the path
    /// leaves the crate.
    fn resolve(
        &self,
        inside: usize,
        path: &[String],
        n_reexports: usize,
    ) -> Option<(usize, Option<String>)> {
        if n_reexports > MAX_REEXPORTS {
            return None;
        }
        let mut at = inside;
        let mut rest = path;
        let mut is_ours = false;
        while let Some((first, others)) = rest.split_first() {
            at = match first.as_str() {
                "crate" => 0,
                "self" => at,
                "super" => self.modules[at].parent?,
                _ => break,
            };
            is_ours = true;
            rest = others;
        }
        while let Some((first, others)) = rest.split_first() {
            let module = &self.modules[at];
            let child = module.children.get(first);
            // A function may be called as its module: `pub use parse::parse`.
            if let Some(child) = child
                && (!others.is_empty() || !module.imports.iter().any(|it| it.name == *first))
            {
                at = *child;
            } else if let Some(import) = module.imports.iter().find(|it| it.name == *first) {
                let onward: Vec<String> = import.path.iter().chain(others).cloned().collect();
                return self.resolve(at, &onward, n_reexports + 1);
            } else if is_ours {
                if !module.defines.contains(first) {
                    let globs = module.imports.iter().filter(|it| it.name == "*");
                    for glob in globs {
                        let onward: Vec<String> = glob.path.iter().chain(rest).cloned().collect();
                        if let Some((owner, Some(name))) =
                            self.resolve(at, &onward, n_reexports + 1)
                            && self.modules[owner].defines.contains(&name)
                        {
                            return Some((owner, Some(name)));
                        }
                    }
                }
                return Some((at, Some(first.clone())));
            } else {
                return None;
            }
            is_ours = true;
            rest = others;
        }
        Some((at, None))
    }
}

/// `a::{b, c::D as E, self}` up to its end; `at` is at its first token and ends at what follows.
fn read_use(
    code: &[&str],
    at: &mut usize,
    before: &[String],
    is_public: bool,
    imports: &mut Vec<Import>,
) {
    let mut path = before.to_vec();
    let mut name = path.last().cloned().unwrap_or_default();
    while let Some(token) = code.get(*at) {
        match *token {
            "{" => {
                *at += 1;
                while code.get(*at).is_some_and(|token| *token != "}") {
                    read_use(code, at, &path, is_public, imports);
                    if code.get(*at) == Some(&",") {
                        *at += 1;
                    }
                }
                *at += 1;
                return;
            }
            "," | "}" | ";" => break,
            "*" => "*".clone_into(&mut name),
            "as" => {
                *at += 1;
                code.get(*at)
                    .copied()
                    .unwrap_or_default()
                    .clone_into(&mut name);
            }
            "self" if !path.is_empty() => {}
            "::" => {}
            segment => {
                segment.clone_into(&mut name);
                path.push(name.clone());
            }
        }
        *at += 1;
    }
    imports.push(Import {
        path,
        name,
        is_public,
    });
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}
