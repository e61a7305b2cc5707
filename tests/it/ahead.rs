//! The cluster that tests share, started ahead of them: this module sorts before all others, so that three nodes start while
//! tests run that want none.

use dossier::engine::opensearch::address::{Address, Credentials};
use serde_json::json;

use crate::cluster::{Cluster, NODES};

#[test]
fn three_nodes_keep_what_they_are_given() {
    let Some(cluster) = Cluster::shared() else { return };
    let place = cluster.place("ahead");
    let address = Address::parse(&place.address, Credentials::default()).unwrap();
    assert_eq!((address.nodes.len(), &address.name), (NODES, &place.name));
    let index = format!("{}-1", place.name);
    cluster.put(&index, &json!({"settings": {"number_of_shards": 3, "number_of_replicas": 1}}));
    cluster.await_green(&index);
    cluster.put(&format!("{index}/_doc/one?refresh=true"), &json!({"port": "Eastport"}));
    for number in 0..NODES {
        let (status, found) =
            cluster.try_ask_node(number, "GET", &format!("{index}/_search?q=port:eastport"), "").unwrap();
        assert_eq!((status, &found["hits"]["total"]["value"]), (200, &json!(1)), "node {number}: {found}");
    }
    drop(place);
    assert_eq!(cluster.try_ask("GET", &format!("{index}/_count"), "").unwrap().0, 404, "deleted with the test");
}
