//! Which names cross between TypeScript and Svelte files, from their imports. Types count: who reads a file must read what its
//! types say, and a type that two files need can stand in a third.

use super::graph::{Arrows, Sources};

/// The arrows between these files.
pub(super) fn arrows(sources: &Sources) -> Arrows {
    let mut arrows = Arrows::default();
    for (file, text) in sources {
        for (what, from) in imports(&script(file, text)) {
            if let Some(to) = target(sources, file, from) {
                arrows.add(file, &to, &what);
            }
        }
    }
    arrows
}

/// The text less its comments; of a Svelte file only what stands in `<script>`.
fn script(file: &str, text: &str) -> String {
    let mut script = String::new();
    if file.ends_with(".svelte") {
        for part in text.split("<script").skip(1) {
            script += part.split("</script>").next().unwrap_or_default();
            script.push('\n');
        }
    } else {
        text.clone_into(&mut script);
    }
    let mut code = String::new();
    for (n, part) in script.split("/*").enumerate() {
        code += if n == 0 {
            part
        } else {
            part.split_once("*/").map_or("", |(_, after)| after)
        };
    }
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What each import names, and the file as it is written: `import … from '…'`, `export … from '…'`, `import '…'`,
/// `import('…')`.
fn imports(code: &str) -> Vec<(String, &str)> {
    let mut imports = Vec::new();
    for word in ["import", "export"] {
        for (start, _) in code.match_indices(word) {
            let is_whole = |next: Option<char>| {
                next.is_none_or(|char| !char.is_alphanumeric() && !"_$.'\"".contains(char))
            };
            let rest = &code[start + word.len()..];
            if !is_whole(code[..start].chars().next_back())
                || rest.starts_with(|next: char| next.is_alphanumeric() || "_$".contains(next))
            {
                continue;
            }
            let Some(quote) = rest.find(['\'', '"', ';', '=']) else {
                continue;
            };
            let (what, from) = rest.split_at(quote);
            let mark = &from[..1];
            let what = what.trim();
            let is_import = what.ends_with(" from")
                || what.ends_with("}from")
                || (word == "import" && matches!(what, "" | "("));
            if !is_import || !matches!(mark, "'" | "\"") {
                continue;
            }
            if let Some((from, _)) = from[1..].split_once(mark) {
                let names = what.strip_suffix("from").unwrap_or("*").trim();
                let names = names.split_whitespace().collect::<Vec<_>>().join(" ");
                imports.push((names, from));
            }
        }
    }
    imports
}

/// The file that a relative import names.
fn target(sources: &Sources, file: &str, from: &str) -> Option<String> {
    if !from.starts_with('.') {
        return None;
    }
    let mut path: Vec<&str> = file.split('/').collect();
    path.pop();
    for part in from.split('/') {
        match part {
            "." => {}
            ".." => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    let path = path.join("/");
    ["", ".ts", ".js", "/index.ts"]
        .iter()
        .map(|end| format!("{path}{end}"))
        .find(|file| sources.contains_key(file))
}
