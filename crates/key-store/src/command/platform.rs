//! Process groups, as the system has them.

pub(super) use system::{end_group, has_ended, set_apart};

#[cfg(unix)]
mod system {
    use std::io;
    use std::os::unix::process::CommandExt as _;
    use std::process::{Child, Command};

    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

    /// In a process group of its own, with everything that it starts and that does not leave it.
    pub(in super::super) fn set_apart(command: &mut Command) {
        command.process_group(0);
    }

    /// It is not reaped: until then its number, and that of its group, is not another's.
    pub(in super::super) fn has_ended(child: &mut Child) -> io::Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(waitid(WaitId::Pid(Pid::from_child(child)), options)?.is_some())
    }

    /// Call it before the child is waited for.
    pub(in super::super) fn end_group(child: &mut Child) {
        // All of it may have ended already.
        kill_process_group(Pid::from_child(child), Signal::KILL).ok();
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;
    use std::process::{Child, Command, Stdio};

    #[cfg(windows)]
    pub(in super::super) fn set_apart(command: &mut Command) {
        use std::os::windows::process::CommandExt as _;
        /// `CREATE_NO_WINDOW`: no console flashes up beside the app's window.
        const NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(NO_WINDOW);
    }

    #[cfg(not(windows))]
    pub(in super::super) fn set_apart(_command: &mut Command) {}

    pub(in super::super) fn has_ended(child: &mut Child) -> io::Result<bool> {
        Ok(child.try_wait()?.is_some())
    }

    /// With its children, by the system's own tool. It finds none of one that has ended.
    pub(in super::super) fn end_group(child: &mut Child) {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        let mut end = Command::new("taskkill");
        end.args(["/T", "/F", "/PID", &child.id().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        set_apart(&mut end);
        end.status().ok();
    }
}
