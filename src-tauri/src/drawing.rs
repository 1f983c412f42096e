//! How the page is drawn on Linux: by the graphics device, or on the processor.

use std::path::Path;

/// Where the kernel lists what can render (source: Linux, `Documentation/gpu/drm-uapi.rst`, "Render nodes").
const DEVICES: &str = "/dev/dri";

/// There while NVIDIA's own driver is in use.
const NVIDIA: &str = "/proc/driver/nvidia/version";

/// Tells WebKit to draw on the processor. A window's settings can say the same, but WebKitGTK 2.50 crashes where they change
/// once there is a page, and Tauri makes both at once.
const ON_THE_PROCESSOR: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// Where there is no graphics device, as in many virtual machines, WebKit would emulate one: that takes half a second more
/// until the first frame, and half as much memory again. With NVIDIA's own driver many windows stay blank (source: Tauri's
/// issues 9304 and 13151). In both cases the page is drawn on the processor.
///
/// The environment is changed, so no other thread may run yet.
pub(crate) fn suit_the_machine() {
    if has_device(Path::new(DEVICES)) && !Path::new(NVIDIA).exists() {
        return;
    }
    // Who set it has chosen. It fails only without memory, and then WebKit chooses.
    glib::setenv(ON_THE_PROCESSOR, "1", false).ok();
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
        std::fs::File::create(devices.join("card0")).expect("a new file");
        assert!(!has_device(&devices), "a screen alone");
        std::fs::File::create(devices.join("renderD128")).expect("a new file");
        assert!(has_device(&devices));
    }
}
