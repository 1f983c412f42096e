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
    if suits_a_device(Path::new(DEVICES), Path::new(NVIDIA)) {
        return;
    }
    // Who set it has chosen. It fails only without memory, and then WebKit chooses.
    glib::setenv(ON_THE_PROCESSOR, "1", false).ok();
}

fn suits_a_device(devices: &Path, nvidia: &Path) -> bool {
    let has_device = std::fs::read_dir(devices).is_ok_and(|nodes| {
        let mut names = nodes.flatten().map(|node| node.file_name());
        names.any(|name| name.to_string_lossy().starts_with("renderD"))
    });
    has_device && !nvidia.exists()
}

#[cfg(test)]
mod tests {
    use super::suits_a_device;

    #[test]
    fn a_device_is_used_where_it_renders_and_shows_what_it_renders() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (devices, nvidia) = (folder.path().join("dri"), folder.path().join("nvidia"));
        let suits = || suits_a_device(&devices, &nvidia);
        assert!(!suits(), "no folder");
        std::fs::create_dir(&devices).expect("a new folder");
        // A screen without a device that renders, as some virtual machines have it.
        std::fs::File::create(devices.join("card0")).expect("a new file");
        assert!(!suits(), "a screen alone");
        std::fs::File::create(devices.join("renderD128")).expect("a new file");
        assert!(suits());
        std::fs::File::create(&nvidia).expect("a new file");
        assert!(!suits(), "NVIDIA's own driver");
    }
}
