//! A real cluster of three nodes on this machine, for tests: each node a process of its own that may be killed, held up, and
//! started again on its data. What it is made of, and how it ends with the tests, is in `tests/cluster`.
//!
//! Where Java or Maven is missing a test that wants a cluster says so and is skipped, except in CI, where it fails.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::project;

/// Nodes of a cluster.
pub(crate) const NODES: usize = 3;
/// Longest that a start, or a change of the cluster's state, is waited for: three JVMs on two busy cores.
const WAIT: Duration = Duration::from_secs(180);
/// What `tests/cluster/prepare` ends with where Java or Maven is missing.
const MISSING: i32 = 3;
/// Ports that are tried: below those that a system gives away by itself, so that a node finds its own again.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// One node.
struct Node {
    http: u16,
    transport: u16,
    /// `None` while it is not running.
    process: Mutex<Option<Child>>,
}

/// A cluster. It ends when this is dropped, and whenever this process ends.
pub(crate) struct Cluster {
    /// Where the nodes keep their data; `None` where they take it away themselves, because nothing shared is dropped.
    folder: Option<TempDir>,
    home: PathBuf,
    /// The folder that `prepare` gave.
    ready: PathBuf,
    nodes: Vec<Node>,
    /// Settings of OpenSearch that every node has besides.
    settings: Vec<String>,
}

/// An index of a test's own on a cluster. What begins with its name is deleted when the test ends.
pub(crate) struct Place<'cluster> {
    pub(crate) cluster: &'cluster Cluster,
    /// The name that the address ends with.
    pub(crate) name: String,
    /// What `--engine` takes.
    pub(crate) address: String,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // Nothing is left to delete where the cluster is gone, and a test that failed has said why.
        let _ = self.cluster.try_ask("DELETE", &format!("{}*?expand_wildcards=all", self.name), "");
    }
}

/// The folder of what a node is made of; `None` where Java or Maven is missing.
fn prepared() -> Option<PathBuf> {
    static PREPARED: OnceLock<Option<PathBuf>> = OnceLock::new();
    let prepared = PREPARED.get_or_init(|| {
        let run = Command::new(project().join("tests/cluster/prepare")).stdin(Stdio::null()).output().unwrap();
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        if run.status.success() {
            return Some(String::from_utf8(run.stdout).unwrap().trim().into());
        }
        let skips = run.status.code() == Some(MISSING) && std::env::var_os("CI").is_none();
        assert!(skips, "no cluster can be started: {told}");
        eprintln!("SKIPPED: {}; no test on a cluster runs", told.trim());
        None
    });
    if prepared.is_none() {
        eprintln!("SKIPPED: no cluster can be started here; this test did not run");
    }
    prepared.clone()
}

/// A port that nobody listens on and that was not given before.
fn free_port() -> u16 {
    static GIVEN: AtomicUsize = AtomicUsize::new(0);
    let start = std::process::id() as usize * 37;
    loop {
        let turn = start + GIVEN.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + u16::try_from(turn % PORTS.len()).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Cluster {
    /// The cluster that all tests of this binary share; nobody may harm it. `None` where it cannot be had.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Result<Cluster, String>> = OnceLock::new();
        let ready = prepared()?;
        let shared = SHARED.get_or_init(|| {
            let home = tempfile::Builder::new().prefix("dossier-cluster-").tempdir().unwrap().keep();
            // A start that failed once is not tried again by every test.
            std::panic::catch_unwind(|| Self::begin(ready, home, None, &[])).map_err(|panic| {
                panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "the start failed".to_owned())
            })
        });
        Some(shared.as_ref().unwrap_or_else(|reason| panic!("{reason}")))
    }

    /// A cluster of the test's own, to kill nodes of, with further settings of OpenSearch for each node.
    pub(crate) fn own(settings: &[&str]) -> Option<Self> {
        let ready = prepared()?;
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_owned();
        Some(Self::begin(ready, home, Some(folder), settings))
    }

    fn begin(ready: PathBuf, home: PathBuf, folder: Option<TempDir>, settings: &[&str]) -> Self {
        let node = |_| Node { http: free_port(), transport: free_port(), process: Mutex::new(None) };
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let cluster = Self { folder, home, ready, nodes: (0..NODES).map(node).collect(), settings };
        for number in 0..NODES {
            cluster.launch(number);
        }
        cluster.await_nodes(NODES);
        cluster
    }

    /// Starts the process of a node; does not wait for it.
    fn launch(&self, number: usize) {
        let joined = |of: &dyn Fn(usize) -> String| (0..NODES).map(of).collect::<Vec<_>>().join(",");
        let node = &self.nodes[number];
        std::fs::create_dir_all(self.home.join(format!("node-{number}"))).unwrap();
        let log = File::options().create(true).append(true).open(self.log(number)).unwrap();
        let mut command = Command::new(project().join("tests/cluster/node"));
        command.arg(&self.ready).args([
            format!("cluster.name=tests-{}-{}", std::process::id(), self.nodes[0].http),
            format!("node.name=node-{number}"),
            format!("path.home={}", self.home.join(format!("node-{number}")).display()),
            format!("http.port={}", node.http),
            format!("transport.port={}", node.transport),
            format!("discovery.seed_hosts={}", joined(&|n| format!("127.0.0.1:{}", self.nodes[n].transport))),
            format!("cluster.initial_cluster_manager_nodes={}", joined(&|n| format!("node-{n}"))),
        ]);
        if self.folder.is_none() {
            command.env("JDK_JAVA_OPTIONS", "-Dnode.forget=true");
        }
        command.args(&self.settings).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log);
        *node.process.lock().unwrap() = Some(command.spawn().unwrap());
    }

    fn log(&self, number: usize) -> PathBuf {
        self.home.join(format!("node-{number}/log"))
    }

    /// What the nodes said last, for a failure.
    fn told(&self) -> String {
        let tail = |number| {
            let text = std::fs::read_to_string(self.log(number)).unwrap_or_default();
            let lines: Vec<&str> = text.lines().rev().take(15).collect();
            format!("node-{number}:\n{}\n", lines.into_iter().rev().collect::<Vec<_>>().join("\n"))
        };
        (0..NODES).map(tail).collect()
    }

    /// Waits until `done` gives something.
    fn awaited<T>(&self, what: &str, mut done: impl FnMut() -> Option<T>) -> T {
        let end = Instant::now() + WAIT;
        loop {
            if let Some(found) = done() {
                return found;
            }
            assert!(Instant::now() < end, "{what}: not within {WAIT:?}\n{}", self.told());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until the cluster has this many nodes, and every one that runs says so.
    pub(crate) fn await_nodes(&self, count: usize) {
        self.awaited(&format!("a cluster of {count}"), || {
            let running = (0..NODES).filter(|number| self.is_running(*number));
            let agree = |number| {
                let (status, health) = self.try_ask_node(number, "GET", "_cluster/health", "").ok()?;
                (status == 200 && health["number_of_nodes"] == count).then_some(())
            };
            running.map(agree).collect::<Option<Vec<()>>>().filter(|agreed| !agreed.is_empty())
        });
    }

    /// Waits until every shard of the indexes that begin with `name` has all its copies.
    pub(crate) fn await_green(&self, name: &str) {
        let path = format!("_cluster/health/{name}*?level=shards&expand_wildcards=all");
        self.awaited(&format!("{name} green"), || {
            self.try_ask("GET", &path, "").ok().filter(|(_, health)| health["status"] == "green")
        });
    }

    /// Ends a node as by `kill -9`. Its data stays.
    pub(crate) fn kill(&self, number: usize) {
        let mut process = self.nodes[number].process.lock().unwrap().take().expect("the node runs");
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Starts a node again on its data; `await_nodes` waits for it.
    pub(crate) fn start(&self, number: usize) {
        assert!(self.nodes[number].process.lock().unwrap().is_none(), "the node runs already");
        self.launch(number);
    }

    /// Holds a node up: it keeps its connections and answers nothing.
    pub(crate) fn pause(&self, number: usize) {
        self.signal(number, "-STOP");
    }

    /// Lets a node that was held up go on.
    pub(crate) fn resume(&self, number: usize) {
        self.signal(number, "-CONT");
    }

    fn signal(&self, number: usize, signal: &str) {
        let process = self.nodes[number].process.lock().unwrap().as_ref().expect("the node runs").id();
        let sent = Command::new("kill").args([signal, &process.to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Whether a node's process runs.
    pub(crate) fn is_running(&self, number: usize) -> bool {
        let mut process = self.nodes[number].process.lock().unwrap();
        match process.as_mut().map(|process| process.try_wait().unwrap()) {
            Some(Some(status)) => panic!("node-{number} ended by itself: {status}\n{}", self.told()),
            Some(None) => true,
            None => false,
        }
    }

    /// Host and port of a node.
    pub(crate) fn node(&self, number: usize) -> String {
        format!("127.0.0.1:{}", self.nodes[number].http)
    }

    /// What `--engine` takes for an index of this name: all nodes, those that are down too.
    pub(crate) fn address(&self, name: &str) -> String {
        let nodes: Vec<String> = (0..NODES).map(|number| self.node(number)).collect();
        format!("http://{}/{name}", nodes.join(","))
    }

    /// An index of a test's own: nobody else in this process has its name.
    pub(crate) fn place(&self, test: &str) -> Place<'_> {
        static GIVEN: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{test}-{}", GIVEN.fetch_add(1, Ordering::Relaxed));
        Place { cluster: self, address: self.address(&name), name }
    }

    /// Asks a node that runs; status and JSON.
    pub(crate) fn try_ask(&self, method: &str, path: &str, body: &str) -> std::io::Result<(u16, Value)> {
        let mut answer = Err(std::io::ErrorKind::NotConnected.into());
        for number in (0..NODES).filter(|number| self.is_running(*number)) {
            answer = self.try_ask_node(number, method, path, body);
            if answer.is_ok() {
                break;
            }
        }
        answer
    }

    /// Asks this node; status and JSON.
    pub(crate) fn try_ask_node(
        &self,
        number: usize,
        method: &str,
        path: &str,
        body: &str,
    ) -> std::io::Result<(u16, Value)> {
        let address = self.node(number);
        let mut stream = TcpStream::connect(&address)?;
        stream.set_read_timeout(Some(WAIT))?;
        let head = format!(
            "{method} /{path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let broken = || std::io::Error::from(std::io::ErrorKind::InvalidData);
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(broken)?;
        let status = head.get(9..12).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
        Ok((status, serde_json::from_str(body).unwrap_or(Value::Null)))
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let (status, answer) = self.try_ask(method, path, body).unwrap();
        assert!((200..300).contains(&status), "{method} {path}: {status}: {answer}");
        answer
    }

    /// What a path answers; anything but 2xx fails the test.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        self.ask("GET", path, "")
    }

    /// Asks with a body, or adds.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, &body.to_string())
    }

    /// Makes or changes.
    #[track_caller]
    pub(crate) fn put(&self, path: &str, body: &Value) -> Value {
        self.ask("PUT", path, &body.to_string())
    }

    /// Takes away.
    #[track_caller]
    pub(crate) fn delete(&self, path: &str) -> Value {
        self.ask("DELETE", path, "")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for node in &self.nodes {
            if let Some(mut process) = node.process.lock().unwrap().take() {
                let _ = process.kill();
                let _ = process.wait();
            }
        }
    }
}

#[test]
fn a_node_that_was_killed_or_held_up_comes_back_with_its_data() {
    let Some(cluster) = Cluster::own(&[]) else { return };
    let copies = serde_json::json!({"settings": {
        "number_of_shards": 3, "number_of_replicas": 1, "unassigned.node_left.delayed_timeout": "10m",
    }});
    cluster.put("ships", &copies);
    cluster.await_green("ships");
    for number in 0..20 {
        cluster.post(&format!("ships/_doc/{number}"), &serde_json::json!({"number": number}));
    }
    let count = || {
        cluster.post("ships/_refresh", &Value::Null);
        cluster.get("ships/_count")["count"].clone()
    };
    cluster.kill(1);
    cluster.await_nodes(2);
    assert_eq!(count(), 20, "with one node lost");
    cluster.start(1);
    cluster.await_nodes(NODES);
    cluster.await_green("ships");
    cluster.pause(2);
    cluster.awaited("a cluster without the node that says nothing", || {
        let (_, health) = cluster.try_ask_node(0, "GET", "_cluster/health", "").ok()?;
        (health["number_of_nodes"] == 2).then_some(())
    });
    cluster.resume(2);
    cluster.await_nodes(NODES);
    cluster.await_green("ships");
    assert_eq!(count(), 20, "with all nodes back");
    cluster.delete("ships");
}
