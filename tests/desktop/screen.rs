//! The screen as a person uses it: keys, dialogs of the system, and pictures of all of it.

use std::process::Command;

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};

use crate::{found, wait_until};

/// Presses keys, wherever the focus is.
pub(crate) fn press(keys: &[&str]) {
    let done = Command::new("xdotool").arg("key").args(keys).status();
    assert!(done.expect("xdotool is installed").success());
}

/// The whole screen, for people to look at: a native menu is no part of the page's picture.
pub(crate) fn screen(name: &str) {
    if let Some(folder) = std::env::var_os("SHOTS_DIR") {
        // To ImageMagick a question mark is a pattern.
        let name = name.replace(|letter: char| !letter.is_alphanumeric(), "-");
        let path = std::path::Path::new(&folder).join(format!("{name}.png"));
        let done = Command::new("import")
            .args(["-window", "root"])
            .arg(path)
            .status();
        assert!(
            done.is_ok_and(|status| status.success()),
            "ImageMagick is installed"
        );
    }
}

/// How many pixels of one row of the screen have a color (`#rrggbb`).
pub(crate) fn pixels_of_row(y: i16, color: &str) -> usize {
    let (connection, screen) = x11rb::connect(None).expect("a screen");
    let screen = &connection.setup().roots[screen];
    let row = connection
        .get_image(
            ImageFormat::Z_PIXMAP,
            screen.root,
            0,
            y,
            screen.width_in_pixels,
            1,
            !0,
        )
        .expect("the screen is asked")
        .reply()
        .expect("a picture of the row");
    // Xvfb has 24 bits of color in 32, the lowest first.
    let wanted = u32::from_str_radix(color.trim_start_matches('#'), 16).expect("a color");
    let pixels = row.data.as_chunks::<4>().0.iter();
    pixels
        .filter(|&&pixel| u32::from_le_bytes(pixel) & 0x00ff_ffff == wanted)
        .count()
}

/// Answers a dialog of the system as a person does, who looks at it first: types into it, and presses keys.
pub(crate) async fn answer(program: &str, title: &str, text: &str, keys: &[&str]) {
    let search = || {
        let mut search = Command::new("xdotool");
        search.args([
            "search",
            "--all",
            "--onlyvisible",
            "--pid",
            program,
            "--name",
            title,
        ]);
        search
    };
    wait_until("the dialog is open", || found(&mut search()) > 0).await;
    let mut act = search();
    act.args(["windowfocus", "--sync", "sleep", "1.5"]);
    if !text.is_empty() {
        // In place of the name that is proposed.
        act.args(["key", "ctrl+a", "type", text]);
    }
    let done = act.status().expect("xdotool is installed");
    assert!(done.success(), "{title}");
    screen(&format!("dialog {title}"));
    press(keys);
    wait_until("the dialog is closed", || found(&mut search()) == 0).await;
}
