//! How the page is drawn on Linux: by the graphics device, or without one.

use std::path::Path;

/// Where the kernel lists what can render (source: Linux, `Documentation/gpu/drm-uapi.rst`, "Render nodes").
const DEVICES: &str = "/dev/dri";

/// Tells WebKit to draw on the processor. The window's own settings say the same, but WebKitGTK 2.50 crashes where they
/// change once the page is there, and Tauri makes both at once.
const WITHOUT_DEVICE: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// Where there is no graphics device, as in many virtual machines, WebKit would emulate one on the processor: that takes half
/// a second more until the first frame, and half as much memory again. There the page is drawn without.
///
/// The environment is changed, so no other thread may run yet.
pub(crate) fn suit_the_machine() {
    if has_device(Path::new(DEVICES)) {
        return;
    }
    // Who set it has chosen.
    if let Err(error) = glib::setenv(WITHOUT_DEVICE, "1", false) {
        tracing::warn!(%error, "the page is drawn by an emulated graphics device");
    }
}

fn has_device(devices: &Path) -> bool {
    std::fs::read_dir(devices).is_ok_and(|nodes| {
        nodes
            .flatten()
            .any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
    })
}

#[cfg(test)]
mod tests {
    use super::has_device;

    #[test]
    fn a_device_is_one_that_renders() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let devices = folder.path().join("dri");
        assert!(!has_device(&devices), "no folder");
        std::fs::create_dir(&devices).expect("a new folder");
        // A screen without a device that renders, as some virtual machines have it.
        std::fs::write(devices.join("card0"), "").expect("a new file");
        assert!(!has_device(&devices), "a screen alone");
        std::fs::write(devices.join("renderD128"), "").expect("a new file");
        assert!(has_device(&devices));
    }
}
