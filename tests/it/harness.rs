//! A desk of its own for each test: a corpus folder, an index folder, the binary, and the routes without a socket.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::opensearch::OpenSearchEngines;
use dossier::engine::opensearch::address::{Address, Credentials};
use dossier::engine::opensearch::mapping::Layout;
use dossier::server::{Guard, Settings, routes};
use serde_json::Value;

use crate::wire;

/// What a run of the binary gave.
#[derive(Debug)]
pub(crate) struct Run {
    /// Exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Run {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in: {}\n{}", self.out, self.err))
    }

    /// Fails the test unless the run ended with `code`.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "output: {}\nerrors: {}", self.out, self.err);
        self
    }
}

/// What a route gave.
#[derive(Debug)]
pub(crate) struct Reply {
    /// HTTP status.
    pub(crate) status: u16,
    /// Content type.
    pub(crate) content_type: String,
    /// Headers.
    pub(crate) headers: warp::http::HeaderMap,
    /// Body as it came.
    pub(crate) bytes: Vec<u8>,
    /// Body as text.
    pub(crate) body: String,
}

impl Reply {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in: {}", self.body))
    }
}

/// A corpus and an index in a folder that goes when the test ends.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
    corpus: PathBuf,
    /// What `--engine` takes, where the index lies on a cluster; the routes without a socket know the folder alone.
    engine: Option<String>,
    engines: OnceLock<Arc<EmbeddedEngines>>,
    routes: OnceLock<warp::filters::BoxedFilter<(warp::reply::Response,)>>,
}

/// A small taxonomy of nowhere in particular, for tests that need labels.
pub(crate) const TAXONOMY: &str = include_str!("../fixtures/taxonomy.toml");

/// Where people reach the desk's server, as its settings have it.
pub(crate) const PUBLIC_URL: &str = "https://desk.example/dossier";

impl Desk {
    /// An empty corpus with the small taxonomy.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let corpus = folder.path().join("corpus");
        std::fs::create_dir(&corpus).unwrap();
        let desk = Self { folder, corpus, engine: None, engines: OnceLock::new(), routes: OnceLock::new() };
        desk.write("taxonomy.toml", TAXONOMY);
        desk
    }

    /// The corpus under `corpus`, with an index of its own.
    pub(crate) fn of(corpus: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, corpus: corpus.to_owned(), engine: None, engines: OnceLock::new(), routes: OnceLock::new() }
    }

    /// The same desk, its index on a cluster: commands and servers go there.
    pub(crate) fn on(self, address: &str) -> Self {
        Self { engine: Some(address.to_owned()), ..self }
    }

    /// The shipped corpus, indexed once for all tests.
    pub(crate) fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Desk> = OnceLock::new();
        SHIPPED.get_or_init(|| {
            let desk = Self::of(&project().join("corpus"));
            desk.run(&["index"]).ended(0);
            desk
        })
    }

    /// The fixture corpus, indexed once for all tests; nobody may change it.
    pub(crate) fn fixture() -> &'static Self {
        static FIXTURE: OnceLock<Desk> = OnceLock::new();
        FIXTURE.get_or_init(|| {
            let desk = Self::new();
            for file in std::fs::read_dir(project().join("tests/fixtures/corpus")).unwrap() {
                let file = file.unwrap().path();
                desk.write(file.file_name().unwrap().to_str().unwrap(), std::fs::read(&file).unwrap());
            }
            desk.run(&["index"]).ended(0);
            desk
        })
    }

    /// The folder of the corpus.
    pub(crate) fn corpus(&self) -> &Path {
        &self.corpus
    }

    /// The folder that commands run in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the index.
    pub(crate) fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    /// Writes a file of the corpus.
    pub(crate) fn write(&self, path: &str, contents: impl AsRef<[u8]>) {
        let path = self.corpus.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, contents).unwrap();
    }

    /// Writes a curated article: front matter lines and a body.
    pub(crate) fn article(&self, id: &str, front_matter: &str, body: &str) {
        self.write(&format!("{id}.md"), format!("---\n{}\n---\n{body}\n", front_matter.trim()));
    }

    /// The binary with this desk's folders, ready to run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DOSSIER_")) {
            command.env_remove(name);
        }
        command.env("DOSSIER_CORPUS", &self.corpus).env("NO_COLOR", "1");
        match &self.engine {
            Some(address) => command.env("DOSSIER_ENGINE", address),
            None => command.env("DOSSIER_INDEX", self.index()),
        };
        command.args(arguments).stdin(Stdio::null()).current_dir(self.folder.path());
        command
    }

    /// Runs the binary.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let done = self.command(arguments).output().unwrap();
        Run {
            code: done.status.code().unwrap_or(-1),
            out: String::from_utf8(done.stdout).unwrap(),
            err: String::from_utf8(done.stderr).unwrap(),
        }
    }

    /// Indexes and gives the report.
    pub(crate) fn indexed(&self) -> Value {
        let run = self.run(&["index", "--format", "json"]);
        assert!(run.code == 0 || run.code == 3, "{run:?}");
        run.json()
    }

    /// The ids that a search finds, in order; at most 100.
    pub(crate) fn ids(&self, arguments: &[&str]) -> Vec<String> {
        let run = self.run(&[&["search", "--format", "ids", "--size", "100"], arguments].concat());
        assert!(run.code <= 1, "{run:?}");
        run.out.lines().map(str::to_owned).collect()
    }

    /// What the routes answer from.
    fn engines(&self) -> Arc<EmbeddedEngines> {
        Arc::clone(self.engines.get_or_init(|| Arc::new(EmbeddedEngines::new(self.index()))))
    }

    /// Lets the routes see the newest generation, as a server does twice a second.
    pub(crate) fn reopen(&self) {
        dossier::engine::Engines::reopen(&*self.engines(), &dossier::search::make_ready).unwrap();
    }

    /// Asks a route, without a socket.
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.request("GET", path)
    }

    /// Asks a route by any method.
    pub(crate) fn request(&self, method: &str, path: &str) -> Reply {
        let reply = self.asked(method, path, &[]);
        Reply { body: String::from_utf8(reply.bytes.clone()).unwrap(), ..reply }
    }

    /// Asks a route with headers of one's own; the body of the reply is given as bytes only.
    pub(crate) fn asked(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        let routes = self.routes.get_or_init(|| {
            let settings = Settings::new(PUBLIC_URL.parse().unwrap());
            routes(self.engines(), Guard::new(2), settings)
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let request = warp::test::request().method(method).path(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let reply = runtime.block_on(request.reply(routes));
        let reply = Reply {
            status: reply.status().as_u16(),
            content_type: reply
                .headers()
                .get("content-type")
                .map(|value| value.to_str().unwrap().to_owned())
                .unwrap_or_default(),
            headers: reply.headers().clone(),
            bytes: reply.body().to_vec(),
            body: String::new(),
        };
        if method != "HEAD" {
            wire::hold(self, method, path, &reply);
        }
        reply
    }
}

/// The binary under test: the one built with the tests, or another that `TESTED_BINARY` names, for long runs of a release.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("TESTED_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_dossier").into(), PathBuf::from)
}

/// The index at an address of a cluster that asks for no name, as `--engine` takes it.
pub(crate) fn opensearch(address: &str) -> OpenSearchEngines {
    OpenSearchEngines::new(Address::parse(address, Credentials::default()).unwrap(), Layout::default()).unwrap()
}

/// The folder of the project.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the real data beside the project. Where it is absent the test says so and is skipped, except in CI.
pub(crate) fn shared_data(path: &str) -> Option<PathBuf> {
    let place = project().parent().unwrap().join("shared").join("data").join(path);
    if place.exists() {
        return Some(place);
    }
    assert!(std::env::var_os("CI").is_none(), "the shared data is absent in CI: {}", place.display());
    eprintln!("SKIPPED: {path} of the shared data is absent; this test did not run");
    None
}
