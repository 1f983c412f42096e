//! Locks the app with the screen, and when the machine goes to sleep, where the system tells and the settings ask for it.
//!
//! On Linux the D-Bus tells: the desktop's screen saver on the session bus, systemd-logind on the system bus. Anybody on those
//! buses may pretend to be them; all they get is a locked app.

/// Addresses of the D-Buses to listen on; those of this session and this machine where absent.
#[derive(Clone, Debug, Default)]
pub struct Buses {
    /// The session's.
    pub session: Option<String>,
    /// The machine's.
    pub system: Option<String>,
}

/// Nothing yet: this system is not asked.
#[cfg(not(target_os = "linux"))]
pub(super) fn lock_with_screen(_: &std::sync::Arc<dyn crate::keys::lock_port::Lock>, _: Buses) {}

#[cfg(target_os = "linux")]
pub(super) use linux::lock_with_screen;

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::{Arc, Weak};
    use std::time::Duration;

    use zbus::blocking::{Connection, MessageIterator, Proxy, connection};
    use zbus::message::Message;
    use zbus::{MatchRule, message};

    use super::Buses;
    use crate::keys::lock_port::Lock;

    /// Until a bus that went away, or was never there, is tried again.
    const PAUSE: Duration = Duration::from_secs(30);

    /// A signal that tells of a lock.
    #[derive(Clone, Copy)]
    struct Told {
        interface: &'static str,
        member: &'static str,
        why: &'static str,
    }

    const SCREEN_SAVERS: [Told; 4] = [
        saver("org.freedesktop.ScreenSaver"),
        saver("org.gnome.ScreenSaver"),
        saver("org.cinnamon.ScreenSaver"),
        saver("org.mate.ScreenSaver"),
    ];

    const LOGIND: [Told; 2] = [
        Told {
            interface: "org.freedesktop.login1.Session",
            member: "Lock",
            why: "the session was locked",
        },
        Told {
            interface: "org.freedesktop.login1.Manager",
            member: "PrepareForSleep",
            why: "the machine goes to sleep",
        },
    ];

    const fn saver(interface: &'static str) -> Told {
        Told {
            interface,
            member: "ActiveChanged",
            why: "the screen was locked",
        }
    }

    /// Locks the app with the screen, and when the machine goes to sleep, whenever the settings ask for it. Keys of this
    /// session are forgotten, too.
    pub(in crate::desktop) fn lock_with_screen(keys: &Arc<dyn Lock>, buses: Buses) {
        let system = buses.system;
        listen(keys, "screen-session-bus", buses.session, Bus::Session);
        listen(keys, "screen-system-bus", system, Bus::System);
    }

    fn listen(keys: &Arc<dyn Lock>, thread: &str, address: Option<String>, bus: Bus) {
        let weak = Arc::downgrade(keys);
        // A thread of its own: a bus may be silent for days.
        let started = std::thread::Builder::new()
            .name(thread.to_owned())
            .spawn(move || {
                while weak.strong_count() > 0 {
                    if let Err(error) = hear(&weak, address.as_deref(), bus) {
                        tracing::debug!(%error, ?bus, "the bus does not tell of locks");
                    }
                    std::thread::sleep(PAUSE);
                }
            });
        if let Err(error) = started {
            tracing::warn!(%error, "locking with the screen does not work");
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum Bus {
        Session,
        System,
    }

    /// Listens until the bus is gone, or the app is.
    fn hear(weak: &Weak<dyn Lock>, address: Option<&str>, bus: Bus) -> zbus::Result<()> {
        let connection = connect(address, bus)?;
        let told: &[Told] = match bus {
            Bus::Session => &SCREEN_SAVERS,
            Bus::System => &LOGIND,
        };
        let session = match bus {
            Bus::Session => None,
            Bus::System => own_session(&connection),
        };
        // Rules are added one by one; all signals then come by the one way in.
        let proxy = zbus::blocking::fdo::DBusProxy::new(&connection)?;
        for signal in told {
            let rule = MatchRule::builder()
                .msg_type(message::Type::Signal)
                .interface(signal.interface)?
                .member(signal.member)?
                .build();
            proxy.add_match_rule(rule)?;
        }
        for message in MessageIterator::from(&connection) {
            let message = message?;
            let Some(keys) = weak.upgrade() else {
                return Ok(());
            };
            let signal = told.iter().find(|signal| is(&message, **signal));
            if let Some(signal) = signal
                && concerns(&message, session.as_deref())
                && keys.locks_with_screen()
            {
                keys.lock_all(signal.why);
            }
        }
        Ok(())
    }

    fn connect(address: Option<&str>, bus: Bus) -> zbus::Result<Connection> {
        match (address, bus) {
            (Some(address), _) => connection::Builder::address(address)?.build(),
            (None, Bus::Session) => Connection::session(),
            (None, Bus::System) => Connection::system(),
        }
    }

    /// The path of the session that this process is part of; a service of the user is part of none.
    fn own_session(connection: &Connection) -> Option<String> {
        let manager = Proxy::new(
            connection,
            "org.freedesktop.login1",
            "/org/freedesktop/login1",
            "org.freedesktop.login1.Manager",
        )
        .ok()?;
        let path: zbus::zvariant::OwnedObjectPath = manager
            .call("GetSessionByPID", &(std::process::id(),))
            .ok()?;
        Some(path.as_str().to_owned())
    }

    fn is(message: &Message, signal: Told) -> bool {
        let header = message.header();
        message.message_type() == message::Type::Signal
            && header
                .interface()
                .is_some_and(|interface| interface.as_str() == signal.interface)
            && header
                .member()
                .is_some_and(|member| member.as_str() == signal.member)
    }

    /// Whether a signal says that something begins here and now: no end of a lock or of a sleep, no other session's.
    fn concerns(message: &Message, session: Option<&str>) -> bool {
        let header = message.header();
        if header
            .member()
            .is_some_and(|member| member.as_str() == "Lock")
        {
            let path = header.path().map(|path| path.as_str());
            return session.is_none() || session == path;
        }
        message.body().deserialize::<bool>().unwrap_or(false)
    }
}
