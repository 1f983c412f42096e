//! A tray of our own on a private bus: it takes an icon in as a desktop's panel does, reads what it shows, and chooses from its
//! menu (sources: freedesktop.org's StatusNotifierItem, and com.canonical.dbusmenu).

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use zbus::Connection;
use zbus::message::Header;
use zbus::zvariant::{OwnedValue, Structure, Value};

/// A busy machine may take this long to show a change.
const PATIENCE: Duration = Duration::from_secs(30);

const ITEM: &str = "org.kde.StatusNotifierItem";

/// A watcher on the bus, and the one icon that it took in.
pub struct Tray {
    connection: Connection,
    item: watch::Receiver<Option<(String, String)>>,
}

/// A line of the menu.
#[derive(Clone, Debug)]
pub struct Line {
    id: i32,
    /// What it says; nothing for a separator.
    pub label: String,
    /// Whether it can be chosen.
    pub enabled: bool,
}

struct Watcher(watch::Sender<Option<(String, String)>>);

#[allow(clippy::needless_pass_by_value, reason = "zbus hands the header over")]
#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    /// Programs name their item's path, or their bus name with the path that everybody has.
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let path = if service.starts_with('/') {
            service
        } else {
            "/StatusNotifierItem"
        };
        self.0.send_replace(Some((sender, path.to_owned())));
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Tray {
    /// Opens a tray on the bus with this address.
    ///
    /// # Panics
    /// Where there is no bus, or it has a tray already.
    pub async fn open(address: &str) -> Self {
        let (sender, item) = watch::channel(None);
        let connection = zbus::connection::Builder::address(address)
            .expect("an address")
            .serve_at("/StatusNotifierWatcher", Watcher(sender))
            .expect("a path")
            .name("org.kde.StatusNotifierWatcher")
            .expect("a name")
            .build()
            .await
            .expect("a bus");
        Tray { connection, item }
    }

    /// What the icon says about itself, for example `Status`.
    ///
    /// # Panics
    /// Where no icon comes, or it does not say so.
    pub async fn says(&self, property: &str) -> String {
        let value = self.property(property).await;
        String::try_from(value).unwrap_or_else(|error| panic!("{property}: {error}"))
    }

    /// The picture that the icon shows now, as the bytes of its file.
    ///
    /// # Panics
    /// Where it shows none.
    pub async fn picture(&self) -> Vec<u8> {
        let start = Instant::now();
        loop {
            // A file is gone when the next one is shown.
            let file = PathBuf::from(self.says("IconName").await);
            match std::fs::read(&file) {
                Ok(bytes) => return bytes,
                Err(error) => assert!(start.elapsed() < PATIENCE, "{}: {error}", file.display()),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// All lines of the menu.
    ///
    /// # Panics
    /// Where there is no menu.
    pub async fn menu(&self) -> Vec<Line> {
        let (name, path) = self.menu_address().await;
        let reply = self
            .connection
            .call_method(
                Some(name.as_str()),
                path.as_str(),
                Some("com.canonical.dbusmenu"),
                "GetLayout",
                &(0i32, -1i32, Vec::<&str>::new()),
            )
            .await
            .expect("a menu");
        type Root = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let (_revision, (_, _, children)): (u32, Root) =
            reply.body().deserialize().expect("a layout");
        children.into_iter().map(line).collect()
    }

    /// Waits until the menu has a line that says this.
    ///
    /// # Panics
    /// Where it never has.
    pub async fn wait_for(&self, label: &str) -> Line {
        let start = Instant::now();
        loop {
            let lines = self.menu().await;
            if let Some(line) = lines.iter().find(|line| line.label == label) {
                return line.clone();
            }
            assert!(start.elapsed() < PATIENCE, "no {label:?} in {lines:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Chooses the line that says this, once it is there.
    ///
    /// # Panics
    /// Where it does not come, or cannot be chosen.
    pub async fn choose(&self, label: &str) {
        let line = self.wait_for(label).await;
        assert!(line.enabled, "{label} cannot be chosen");
        let (name, path) = self.menu_address().await;
        // What quits the program gets no answer.
        let _ = self
            .connection
            .call_method(
                Some(name.as_str()),
                path.as_str(),
                Some("com.canonical.dbusmenu"),
                "Event",
                &(line.id, "clicked", Value::from(0i32), 0u32),
            )
            .await;
    }

    async fn menu_address(&self) -> (String, String) {
        let path = self.property("Menu").await;
        let path = zbus::zvariant::OwnedObjectPath::try_from(path).expect("a path");
        (self.item().await.0, path.to_string())
    }

    async fn property(&self, name: &str) -> OwnedValue {
        let (service, path) = self.item().await;
        let reply = self
            .connection
            .call_method(
                Some(service.as_str()),
                path.as_str(),
                Some("org.freedesktop.DBus.Properties"),
                "Get",
                &(ITEM, name),
            )
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        reply.body().deserialize().expect("a value")
    }

    async fn item(&self) -> (String, String) {
        let mut item = self.item.clone();
        let came = tokio::time::timeout(PATIENCE, item.wait_for(Option::is_some)).await;
        let item = came.expect("an icon in time").expect("the watcher lives");
        item.clone().expect("waited for")
    }
}

fn line(child: OwnedValue) -> Line {
    let child = Structure::try_from(child).expect("a line");
    let [id, properties, _] = child.fields() else {
        panic!("a line has three fields: {child:?}");
    };
    let properties: HashMap<String, Value<'_>> = properties
        .try_clone()
        .expect("no file descriptors")
        .try_into()
        .expect("properties");
    Line {
        id: i32::try_from(id).expect("an id"),
        label: properties
            .get("label")
            .and_then(|label| String::try_from(label.try_clone().ok()?).ok())
            .unwrap_or_default(),
        // Absent means that it can be chosen.
        enabled: properties
            .get("enabled")
            .and_then(|enabled| bool::try_from(enabled).ok())
            .unwrap_or(true),
    }
}
