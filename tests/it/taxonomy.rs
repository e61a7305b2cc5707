//! The shipped taxonomy: it is whole, it names things in three scripts, and its rules tell ambiguous words apart.
//!
//! The sentences are invented. Each ambiguous string has rows where it means the label and rows where it does not.

use std::collections::BTreeMap;

use dossier::taxonomy::Taxonomy;
use dossier::text::normalise::is_han;
use serde_json::Value;

use crate::harness::{Desk, project};

fn source() -> String {
    std::fs::read_to_string(project().join("corpus/taxonomy.toml")).unwrap()
}

fn shipped() -> Taxonomy {
    Taxonomy::parse(&source(), "taxonomy.toml").unwrap()
}

/// What a sentence must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The label is a tag or a mention.
    Found,
    /// The label is neither.
    Absent,
}

use Then::{Absent, Found};

/// (the ambiguous string, a sentence, dimension, path, what must come of it)
type Row = (&'static str, &'static str, &'static str, &'static str, Then);

const BALOCHISTAN: &str = "Pakistan/Balochistan";
const PUNJAB: &str = "Pakistan/Punjab";
const INDIAN_PUNJAB: &str = "India/Punjab";
const HUB: &str = "Pakistan/Balochistan/Lasbela/Hub";
const TURBAT: &str = "Pakistan/Balochistan/Kech/Turbat";
const PABBI_PUNJAB: &str = "Pakistan/Punjab/Gujrat/Pabbi";
const PABBI_KP: &str = "Pakistan/Khyber Pakhtunkhwa/Nowshera/Pabbi";
const BESHAM: &str = "Pakistan/Khyber Pakhtunkhwa/Shangla/Besham";
const GILGIT_BALTISTAN: &str = "Pakistan/Gilgit-Baltistan";
const KP: &str = "Pakistan/Khyber Pakhtunkhwa";
const BLA: &str = "Baloch Liberation Army";
const BLF: &str = "Balochistan Liberation Front";
const FC_BALOCHISTAN: &str = "Frontier Corps Balochistan";
const FC_KP: &str = "Frontier Corps Khyber Pakhtunkhwa";
const CONSTABULARY: &str = "Frontier Constabulary";
const TTP: &str = "Tehreek-e-Taliban Pakistan";
const AFGHAN: &str = "Government of Afghanistan";
const ISKP: &str = "Islamic State Khorasan Province";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // Acronyms of armed groups and movements.
    ("BLA", "The BLA said that its fighters had attacked the convoy outside Gwadar.", "actor", BLA, Found),
    ("BLA", "Islamabad and Seoul agreed on a new BLA for seasonal workers.", "actor", BLA, Absent),
    ("BLA", "The vaccine maker handed in its BLA, a biologics licence application, in spring.", "actor", BLA, Absent),
    ("BLA", "In Quetta the minister said bla bla bla and left the room.", "actor", BLA, Absent),
    ("BLA", "The bilateral labour agreement (BLA) covers drivers from Quetta.", "actor", BLA, Absent),
    ("BLA", "Each village in the canton elects a basic-level association, the BLA.", "actor", BLA, Absent),
    ("BLF", "The BLF, a Baloch separatist group, claimed the raid on the post.", "actor", BLF, Found),
    ("BLF", "The Business Leaders Forum (BLF) held its dinner in Karachi.", "actor", BLF, Absent),
    ("BYC", "Mahrang Baloch of the BYC spoke to the sit-in at Gwadar.", "actor", "Baloch Yakjehti Committee", Found),
    ("BYC", "The BYC, a bicycle club from Leeds, rode to the coast.", "actor", "Baloch Yakjehti Committee", Absent),
    ("SRA", "The separatist SRA claimed the shooting of two workers in Sindh.", "actor", "Sindhudesh Revolutionary Army", Found),
    ("SRA", "The Solicitors Regulation Authority (SRA) fined the law firm.", "actor", "Sindhudesh Revolutionary Army", Absent),
    ("SRA", "The SRA, as the Sindh Revenue Authority is called, taxes services in Sindh.", "actor", "Sindhudesh Revolutionary Army", Absent),
    ("AA", "The AA took another town in Rakhine from the junta of Myanmar.", "actor", "Arakan Army", Found),
    ("AA", "The minister landed in Ankara, according to the agency AA.", "actor", "Arakan Army", Absent),
    ("AA", "He has not missed an AA meeting since he stopped drinking.", "actor", "Arakan Army", Absent),
    // Two forces, one acronym.
    ("FC", "An FC convoy was hit by a bomb near Turbat.", "actor", FC_BALOCHISTAN, Found),
    ("FC", "An FC convoy was hit by a bomb near Turbat.", "actor", CONSTABULARY, Absent),
    ("FC", "Gunmen fired on an FC post in North Waziristan.", "actor", FC_KP, Found),
    ("FC", "Gunmen fired on an FC post in North Waziristan.", "actor", FC_BALOCHISTAN, Absent),
    ("FC", "The Federal Constabulary (FC) took over the guard of the embassies in Islamabad.", "actor", CONSTABULARY, Found),
    ("FC", "The Federal Constabulary (FC) took over the guard of the embassies in Islamabad.", "actor", FC_BALOCHISTAN, Absent),
    ("FC", "The Frontier Corps said that one of its men had died.", "actor", "Frontier Corps", Found),
    ("FC", "FC Lahore won the derby two to nil.", "actor", "Frontier Corps", Absent),
    ("FC", "FC Lahore won the derby two to nil.", "actor", CONSTABULARY, Absent),
    ("FC", "The football club FC Quetta lost its third match of the league.", "actor", FC_BALOCHISTAN, Absent),
    ("FC", "Fans of FC Barcelona sang in the streets of Quetta.", "actor", FC_BALOCHISTAN, Absent),
    ("Levies", "The Levies brought the bodies from Kech to the hospital.", "actor", "Levies", Found),
    ("Levies", "Levies on fuel were raised in Balochistan.", "actor", "Levies", Absent),
    // Places that are also something else.
    ("Punjab", "The floods reached Multan and other towns of Punjab.", "region", PUNJAB, Found),
    ("Punjab", "The floods reached Multan and other towns of Punjab.", "region", INDIAN_PUNJAB, Absent),
    ("Punjab", "Farmers of Punjab set out for Delhi, and Bhagwant Mann received them in Chandigarh.", "region", INDIAN_PUNJAB, Found),
    ("Punjab", "Farmers of Punjab set out for Delhi, and Bhagwant Mann received them in Chandigarh.", "region", PUNJAB, Absent),
    ("Punjab", "Power went off in Ludhiana and all over Punjab.", "region", PUNJAB, Absent),
    ("Punjab", "The governors of Punjab and of Haryana shared the water.", "region", INDIAN_PUNJAB, Found),
    ("Punjab", "Smog lay over Amritsar and much of Punjab.", "region", INDIAN_PUNJAB, Found),
    ("Punjab", "Punjab National Bank opened a branch in Mumbai.", "region", PUNJAB, Absent),
    ("Punjab", "Punjab National Bank opened a branch in Mumbai.", "actor", "Punjab National Bank", Found),
    ("Hub", "A bus from Karachi was stopped at Hub in Balochistan.", "region", HUB, Found),
    ("Hub", "Workers of the Hub power plant went home early.", "actor", "Hubco", Found),
    ("Hub", "Hubco reported a profit for the quarter.", "actor", "Hubco", Found),
    ("Hub", "Gwadar, in Balochistan, is meant to grow into a logistics hub.", "region", HUB, Absent),
    ("Hub", "Karachi wants technology hubs and a regional hub for software.", "region", HUB, Absent),
    ("Hub", "A Hub of Connectivity: how Balochistan could trade", "region", HUB, Absent),
    ("Turbat", "Shops in Turbat stayed shut for a third day.", "region", TURBAT, Found),
    ("Turbat", "Pilgrims from Torbat-e Jam reached the shrine.", "region", TURBAT, Absent),
    ("Turbat", "Pilgrims from Torbat-e Jam reached the shrine.", "region", "Iran/Torbat-e Jam", Found),
    ("Turbat", "The saffron of Turbat-e Heydarieh in Razavi Khorasan is dear.", "region", TURBAT, Absent),
    ("Pabbi", "The Warrior exercise ended at the counter-terrorism centre of Pabbi near Kharian.", "region", PABBI_PUNJAB, Found),
    ("Pabbi", "The Warrior exercise ended at the counter-terrorism centre of Pabbi near Kharian.", "region", PABBI_KP, Absent),
    ("Pabbi", "Two lorries collided at Pabbi in Nowshera.", "region", PABBI_KP, Found),
    ("Pabbi", "Two lorries collided at Pabbi in Nowshera.", "region", PABBI_PUNJAB, Absent),
    ("Besham", "The bus fell into the ravine below Bisham.", "region", BESHAM, Found),
    ("Besham", "Five engineers died at Besham, Swat, the agency wrote.", "region", BESHAM, Found),
    ("Besham", "Five engineers died at Besham, Swat, the agency wrote.", "region", "Pakistan/Khyber Pakhtunkhwa/Swat", Absent),
    ("Besham", "Tourists came back to Swat for the summer.", "region", BESHAM, Absent),
    ("Bela", "The camp at Bela in Lasbela was stormed.", "region", "Pakistan/Balochistan/Lasbela/Bela", Found),
    ("Bela", "The director Bela Tarr showed his last film.", "region", "Pakistan/Balochistan/Lasbela/Bela", Absent),
    ("Bela", "Her niece Bela studies medicine in Karachi.", "region", "Pakistan/Balochistan/Lasbela/Bela", Absent),
    ("Mach", "Rockets landed near the jail of Mach in the Bolan Pass.", "region", "Pakistan/Balochistan/Kachhi (Bolan)/Mach", Found),
    ("Mach", "The new missile flies at Mach 2.", "region", "Pakistan/Balochistan/Kachhi (Bolan)/Mach", Absent),
    ("Mach", "A jet crossed Balochistan at Mach 4.", "region", "Pakistan/Balochistan/Kachhi (Bolan)/Mach", Absent),
    ("Kalat", "Police in Kalat found the lorry.", "region", "Pakistan/Balochistan/Kalat", Found),
    ("Kalat", "The fortress of Kalat-e Naderi stands in Razavi Khorasan.", "region", "Pakistan/Balochistan/Kalat", Absent),
    ("Dasht", "Smugglers crossed Dasht on the way to Kech.", "region", "Pakistan/Balochistan/Kech/Dasht", Found),
    ("Dasht", "The caravan crossed the Dasht-e Kavir of Iran.", "region", "Pakistan/Balochistan/Kech/Dasht", Absent),
    ("Dasht", "A school in Dasht-e-Barchi reopened.", "region", "Pakistan/Balochistan/Kech/Dasht", Absent),
    ("Nagar", "Snow cut off Hunza and Nagar.", "region", "Pakistan/Gilgit-Baltistan/Nagar", Found),
    ("Nagar", "Prices rose in Ahmed Nagar, a town of Maharashtra.", "region", "Pakistan/Gilgit-Baltistan/Nagar", Absent),
    ("Nagar", "Every nagar of the district elects a council.", "region", "Pakistan/Gilgit-Baltistan/Nagar", Absent),
    ("Mir Ali", "A car bomb went off in Mir Ali, North Waziristan.", "region", "Pakistan/Khyber Pakhtunkhwa/North Waziristan/Mir Ali", Found),
    ("Mir Ali", "The singer Mir Ali toured Germany.", "region", "Pakistan/Khyber Pakhtunkhwa/North Waziristan/Mir Ali", Absent),
    ("Sui", "The gas field at Sui in Dera Bugti was shut.", "region", "Pakistan/Balochistan/Dera Bugti/Sui", Found),
    ("Sui", "Sui Northern Gas raised its prices in Balochistan.", "region", "Pakistan/Balochistan/Dera Bugti/Sui", Absent),
    ("Sui", "Sui Northern Gas raised its prices in Balochistan.", "actor", "Sui Northern Gas Pipelines", Found),
    ("Sui", "The judge called the case sui generis.", "region", "Pakistan/Balochistan/Dera Bugti/Sui", Absent),
    ("Chaman", "The crossing at Chaman opened for lorries.", "region", "Pakistan/Balochistan/Chaman", Found),
    ("Chaman", "The scholar Chaman Lal gave a lecture.", "region", "Pakistan/Balochistan/Chaman", Absent),
    ("Chaman", "They drank tea in the chaman behind the house.", "region", "Pakistan/Balochistan/Chaman", Absent),
    ("Pishin", "A polling office in Pishin, Balochistan, was bombed.", "region", "Pakistan/Balochistan/Pishin", Found),
    ("Pishin", "Iran opened a market at Pishin near Rask.", "region", "Pakistan/Balochistan/Pishin", Absent),
    // Acronyms of places and offices.
    ("GB", "Traders of GB blocked the road at Sost.", "region", GILGIT_BALTISTAN, Found),
    ("GB", "The archive of 8.5 GB with stolen data from Pakistan was for sale.", "region", GILGIT_BALTISTAN, Absent),
    ("GB", "Rowers of Team GB won two medals.", "region", GILGIT_BALTISTAN, Absent),
    ("GB", "The code TJ-GB stands for a province of Tajikistan.", "region", GILGIT_BALTISTAN, Absent),
    ("KP", "Militants killed two policemen at Bannu in KP.", "region", KP, Found),
    ("KP", "Students of the Kwara Poly (KP) in Ilorin sat their exams.", "region", KP, Absent),
    ("KU", "A bomber struck a van at KU in Karachi.", "region", "Pakistan/Sindh/Karachi", Found),
    ("KU", "Researchers of KU Leuven measured the dose.", "region", "Pakistan/Sindh/Karachi", Absent),
    ("PN", "The Pakistan Navy (PN) took part with two ships.", "actor", "Pakistan Navy", Found),
    ("PN", "Ask for the filter by its part number, PN 4471.", "actor", "Pakistan Navy", Absent),
    ("PCG", "The PCG seized smuggled diesel off Pasni.", "actor", "Pakistan Coast Guards", Found),
    ("PCG", "The doctor compared the PCG with the patient's pulse.", "actor", "Pakistan Coast Guards", Absent),
    ("GPA", "Gunmen attacked the office of the GPA in Gwadar.", "actor", "Gwadar Port Authority", Found),
    ("GPA", "Applicants need a GPA of 3.5.", "actor", "Gwadar Port Authority", Absent),
    ("GPA", "A student from Gwadar with a GPA of 3.9 won the prize.", "actor", "Gwadar Port Authority", Absent),
    ("GDA", "The Gwadar Development Authority (GDA) laid new pipes.", "actor", "Gwadar Development Authority", Found),
    ("GDA", "The Galiyat Development Authority (GDA) cleared the snow at Nathiagali.", "actor", "Gwadar Development Authority", Absent),
    ("ICT", "The deputy commissioner shut the schools of the ICT for a day.", "region", "Pakistan/Islamabad Capital Territory", Found),
    ("ICT", "The ICT police closed the roads to the Red Zone.", "actor", "Islamabad Police", Found),
    ("ICT", "Exports of ICT services grew by a tenth.", "region", "Pakistan/Islamabad Capital Territory", Absent),
    ("ICT", "The minister of ICT, information and communications technology, spoke in Islamabad.", "region", "Pakistan/Islamabad Capital Territory", Absent),
    ("SPU", "The SPU guards the Chinese engineers at the plant in Punjab.", "actor", "Special Protection Unit", Found),
    ("SPU", "Each parcel in the warehouse has an SPU on its label.", "actor", "Special Protection Unit", Absent),
    ("SPU", "The Sewage Pumping Unit (SPU) at Clifton broke down.", "actor", "Special Protection Unit", Absent),
    ("Taliban", "The Taliban in Kabul signed the oil contract.", "actor", AFGHAN, Found),
    ("Taliban", "The Taliban in Kabul signed the oil contract.", "actor", TTP, Absent),
    ("Taliban", "The Pakistani Taliban said that they had bombed the post near Peshawar.", "actor", TTP, Found),
    ("Taliban", "The Pakistani Taliban said that they had bombed the post near Peshawar.", "actor", AFGHAN, Absent),
    ("IS", "The Islamic State Khorasan (ISKP) claimed the blast in Kabul.", "actor", ISKP, Found),
    ("IS", "GWADAR IS NOT READY, AND KABUL IS FAR AWAY, SAYS ENVOY", "actor", ISKP, Absent),
    // Words that are violent in one sense only.
    ("attack", "Militants attacked a convoy and killed three soldiers.", "threat", "terrorism", Found),
    ("attack", "The opposition attacked the bill on the CPEC Authority.", "threat", "terrorism", Absent),
    ("attack", "The ambassador died of a heart attack in Karachi.", "threat", "terrorism", Absent),
    ("attack", "The senator's verbal attack on his rival drew laughter.", "threat", "terrorism", Absent),
    ("attack", "Every new server widens the attack surface of the ministry.", "threat", "terrorism", Absent),
    ("target", "Gunmen targeted Chinese workers in Karachi.", "threat", "terrorism", Found),
    ("target", "The growth target for 2026 was cut, and targeted subsidies will end.", "threat", "terrorism", Absent),
    ("blast", "A blast at the bus stop killed four people.", "threat", "terrorism/bombing", Found),
    ("blast", "The senator blasted the government over prices.", "threat", "terrorism/bombing", Absent),
    ("blast", "Rock blasting in the quarry cracked two walls.", "threat", "terrorism/bombing", Absent),
    ("explosion", "The explosion wounded nine policemen.", "threat", "terrorism/bombing", Found),
    ("explosion", "The population explosion strains the schools.", "threat", "terrorism/bombing", Absent),
    ("bomb", "A bomb was found under the bridge.", "threat", "terrorism/bombing", Found),
    ("bomb", "A goat photobombed the wedding picture.", "threat", "terrorism/bombing", Absent),
    ("fire", "Two men opened fire on the van.", "threat", "terrorism/armed-assault", Found),
    ("fire", "A fire in the kitchen destroyed the house.", "threat", "terrorism/armed-assault", Absent),
    ("fire", "The prime minister fired five officials for negligence.", "threat", "terrorism/armed-assault", Absent),
    ("firing", "Unknown men were firing on the convoy and killed a driver.", "threat", "terrorism/armed-assault", Found),
    ("firing", "The firing of the director surprised the board.", "threat", "terrorism/armed-assault", Absent),
    ("operation", "Security forces killed six militants in an operation against terrorists.", "response", "counter-terrorism", Found),
    ("operation", "The surgical operation took four hours.", "response", "counter-terrorism", Absent),
    ("operation", "The plant began commercial operation in May.", "response", "counter-terrorism", Absent),
    ("front", "On the economic front little has changed in Balochistan.", "actor", BLF, Absent),
    ("wing", "The women's wing of the party met in Delhi.", "actor", "Research and Analysis Wing", Absent),
    ("wing", "Islamabad blamed the Research and Analysis Wing of India.", "actor", "Research and Analysis Wing", Found),
    ("cell", "The solar cell feeds a pump.", "threat", "terrorism", Absent),
    ("base", "The country needs a broader economic base.", "threat", "terrorism", Absent),
    ("strike", "Traders held a shutter-down strike for two days.", "threat", "social-unrest/strike", Found),
    ("strike", "Traders held a shutter-down strike for two days.", "threat", "terrorism", Absent),
    ("strike", "Air strikes hit villages in Paktika across the border.", "threat", "geopolitics/border-conflict", Found),
    ("strike", "Air strikes hit villages in Paktika across the border.", "threat", "social-unrest/strike", Absent),
    ("intelligence", "The Inter-Services Intelligence (ISI) briefed the committee.", "actor", "Inter-Services Intelligence", Found),
    ("intelligence", "The university opened a laboratory for artificial intelligence.", "actor", "Inter-Services Intelligence", Absent),
    ("intelligence", "Business intelligence helps the port to plan.", "response", "counter-terrorism", Absent),
    ("security", "Armoured vehicles and a new unit are to protect Chinese engineers.", "response", "force-protection", Found),
    ("security", "Food security and social security need more money.", "response", "force-protection", Absent),
    ("security", "The securities exchange closed higher on hopes of energy security.", "threat", "terrorism", Absent),
    ("corridor", "The China-Pakistan Economic Corridor enters its second phase.", "region", "Corridor", Found),
    ("corridor", "The attackers were held in a corridor on the fourth floor.", "region", "Corridor", Absent),
    ("port", "The Gwadar port received its first ship.", "region", "Pakistan/Balochistan/Gwadar/Gwadar Port", Found),
    ("port", "Renew the passport, open port 443 and use the USB port.", "region", "Pakistan/Balochistan/Gwadar/Gwadar Port", Absent),
    ("port", "Renew the passport, open port 443 and use the USB port.", "threat", "maritime", Absent),
    ("martyred", "Two soldiers were martyred in an attack on their post.", "threat", "terrorism", Found),
    ("Shaheed", "The procession ended at Shaheed Fida Chowk in Turbat.", "threat", "terrorism", Absent),
    // The words of the threats that other trades use too.
    ("suicide", "A suicide bomber rammed his car into the convoy.", "threat", "terrorism/suicide-attack", Found),
    ("suicide", "To raise the tax now would be political suicide.", "threat", "terrorism/suicide-attack", Absent),
    ("shoot", "The film crew came for a photo shoot at the fort.", "threat", "terrorism/armed-assault", Absent),
    ("hijacked", "Militants hijacked a train and held the passengers hostage.", "threat", "terrorism/hostage-taking", Found),
    ("hijacked", "Critics said the hashtag had hijacked the narrative.", "threat", "terrorism/hostage-taking", Absent),
    ("ransom", "The gang encrypted the servers and left a ransom note.", "threat", "cyber/ransomware", Found),
    ("ransom", "The kidnappers of the engineer asked for a ransom.", "threat", "cyber/ransomware", Absent),
    ("ransom", "The kidnappers of the engineer asked for a ransom.", "threat", "kidnapping", Found),
    ("leak", "Hackers leaked the data of two million citizens.", "threat", "cyber/data-leak", Found),
    ("leak", "A gas leak emptied the street.", "threat", "cyber/data-leak", Absent),
    ("piracy", "Somali pirates seized a dhow; the navy warned of piracy.", "threat", "maritime/piracy", Found),
    ("piracy", "Software piracy costs the publishers dear.", "threat", "maritime/piracy", Absent),
    ("drone", "A drone dropped grenades on the camp and killed three workers.", "threat", "terrorism/drone-attack", Found),
    ("drone", "Surveillance drones will watch the fence.", "threat", "terrorism/drone-attack", Absent),
    ("trawling", "Fishermen protested against illegal trawling by big trawlers.", "threat", "maritime/illegal-fishing", Found),
    ("trawling", "Online trolling drove her from the network.", "threat", "maritime/illegal-fishing", Absent),
    ("traffic", "Traffic on the bridge was slow.", "threat", "maritime/trafficking", Absent),
    ("abducted", "Families asked for news of sons lost to enforced disappearance.", "threat", "kidnapping", Absent),
    ("Baluchistan", "Rain fell on Baluchistan.", "region", BALOCHISTAN, Found),
    ("Baluchistan", "Zahedan is the capital of Sistan and Baluchestan.", "region", BALOCHISTAN, Absent),
];

/// The labels of sentences, each an article of its own under the shipped taxonomy, by sentence.
fn labelled(sentences: &[&'static str]) -> BTreeMap<&'static str, Value> {
    let desk = Desk::new();
    desk.write("taxonomy.toml", source());
    for (number, sentence) in sentences.iter().enumerate() {
        desk.article(&format!("row-{number}"), "title: Note\nlang: en", sentence);
    }
    desk.indexed();
    let labels = |number| desk.get(&format!("/api/v1/articles/row-{number}")).json()["facets"].take();
    sentences.iter().enumerate().map(|(number, sentence)| (*sentence, labels(number))).collect()
}

#[test]
fn ambiguous_strings_are_labelled_where_they_mean_it_and_nowhere_else() {
    let mut sentences: Vec<&str> = ROWS.iter().map(|row| row.1).collect();
    sentences.sort_unstable();
    sentences.dedup();
    let labelled = labelled(&sentences);
    let taxonomy = shipped();
    let mut wrong = Vec::new();
    for (string, sentence, dimension, path, then) in ROWS {
        assert!(taxonomy.dimension(dimension).unwrap().node(path).is_some(), "no {dimension} {path}");
        let labels = labelled[sentence][*dimension].as_array().map_or(&[][..], Vec::as_slice);
        let label = labels.iter().find(|label| label["path"] == *path);
        let found = if label.is_some() { Found } else { Absent };
        if found != *then {
            let evidence = label.map_or(&Value::Null, |label| &label["evidence"]);
            wrong.push(format!("{string}: {dimension} {path} should be {then:?} in: {sentence} {evidence}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_a_row_where_the_string_means_something_else_for_every_row_where_it_means_the_label() {
    for string in ROWS.iter().filter(|row| row.4 == Found).map(|row| row.0) {
        assert!(
            ROWS.iter().any(|row| row.0 == string && row.4 == Absent)
                || matches!(string, "martyred" | "explosion" | "bomb"),
            "{string} has no counter-example"
        );
    }
}

#[test]
fn it_loads_without_a_warning_and_is_as_large_as_was_promised() {
    let taxonomy = shipped();
    assert_eq!(taxonomy.warnings(), []);
    for (name, least) in [("region", 150), ("actor", 120), ("threat", 45), ("response", 10)] {
        let dimension = taxonomy.dimension(name).unwrap();
        assert!(dimension.closed, "{name}");
        assert!(dimension.nodes.len() >= least, "{name} has {} nodes", dimension.nodes.len());
    }
}

#[test]
fn each_dimension_has_names_in_latin_urdu_and_chinese_script() {
    let taxonomy = shipped();
    for (dimension, least) in [("region", 100), ("actor", 80), ("threat", 40), ("response", 8)] {
        let nodes = &taxonomy.dimension(dimension).unwrap().nodes;
        for script in ["Latin", "Urdu", "Chinese"] {
            let is_of = |c: char| match script {
                "Latin" => c.is_ascii_alphabetic(),
                "Urdu" => ('\u{600}'..='\u{6ff}').contains(&c),
                _ => is_han(c),
            };
            let named = nodes.iter().filter(|node| node.strong_names().any(|name| name.chars().any(is_of))).count();
            assert!(named >= least, "{dimension}: {named} nodes have a name in {script} script");
        }
    }
}

#[test]
fn every_part_of_the_world_that_it_knows_has_its_parent_and_countries_have_their_codes() {
    let taxonomy = shipped();
    let regions = taxonomy.dimension("region").unwrap();
    for dimension in taxonomy.dimensions() {
        for node in &dimension.nodes {
            if let Some((parent, _)) = node.path.rsplit_once('/') {
                assert!(dimension.node(parent).is_some(), "{}: {parent} is no node", node.path);
            }
        }
    }
    for (path, code) in [
        ("Pakistan", "PK"),
        ("Pakistan/Balochistan", "PK-BA"),
        ("Pakistan/Sindh", "PK-SD"),
        ("Pakistan/Khyber Pakhtunkhwa", "PK-KP"),
        ("Pakistan/Punjab", "PK-PB"),
        ("Pakistan/Islamabad Capital Territory", "PK-IS"),
        ("Pakistan/Gilgit-Baltistan", "PK-GB"),
        ("Pakistan/Azad Jammu and Kashmir", "PK-JK"),
        ("China/Xinjiang", "CN-XJ"),
        ("India/Punjab", "IN-PB"),
        ("Tajikistan/Kuhistoni Badakhshon", "TJ-GB"),
        ("Myanmar/Rakhine", "MM-16"),
    ] {
        assert!(regions.node(path).unwrap().codes.iter().any(|known| known == code), "{path} has the code {code}");
    }
}

#[test]
fn names_in_urdu_and_chinese_label_texts_in_urdu_and_chinese() {
    let desk = Desk::new();
    desk.write("taxonomy.toml", source());
    let rows = [
        (
            "ur",
            "گوادر میں خودکش حملہ ہوا اور بلوچ لبریشن آرمی نے ذمہ داری قبول کی۔",
            "region",
            "Pakistan/Balochistan/Gwadar",
        ),
        ("ur", "گوادر میں خودکش حملہ ہوا اور بلوچ لبریشن آرمی نے ذمہ داری قبول کی۔", "actor", BLA),
        (
            "ur",
            "گوادر میں خودکش حملہ ہوا اور بلوچ لبریشن آرمی نے ذمہ داری قبول کی۔",
            "threat",
            "terrorism/suicide-attack",
        ),
        ("zh", "俾路支解放军在卡拉奇发动自杀式袭击。", "region", "Pakistan/Sindh/Karachi"),
        ("zh", "俾路支解放军在卡拉奇发动自杀式袭击。", "actor", BLA),
        ("zh", "俾路支解放军在卡拉奇发动自杀式袭击。", "threat", "terrorism/suicide-attack"),
    ];
    for (number, (lang, sentence, _, _)) in rows.iter().enumerate() {
        desk.article(&format!("row-{number}"), &format!("title: Note\nlang: {lang}"), sentence);
    }
    desk.indexed();
    for (number, (_, sentence, dimension, path)) in rows.iter().enumerate() {
        let labels = desk.get(&format!("/api/v1/articles/row-{number}")).json()["facets"][*dimension].take();
        let found = labels.as_array().unwrap().iter().any(|label| label["path"] == *path && label["kind"] == "tag");
        assert!(found, "{dimension} {path} in {sentence}: {labels}");
    }
}

#[test]
fn former_and_foreign_spellings_resolve_to_one_path() {
    let taxonomy = shipped();
    let desk = Desk::shipped();
    for (dimension, spellings, path) in [
        ("region", &["Gawadar", "Gwader", "گوادر", "瓜达尔", "gwadar"][..], "Pakistan/Balochistan/Gwadar"),
        ("region", &["Baluchistan", "بلوچستان", "俾路支省", "PK-BA"], BALOCHISTAN),
        ("region", &["Bisham", "BESHAM"], BESHAM),
        ("actor", &["BLA", "Balochistan Liberation Army", "بلوچ لبریشن آرمی", "俾路支解放军"], BLA),
        ("actor", &["Razor Tiger", "Rattlesnake", "sidewinder"], "SideWinder"),
        ("threat", &["terrorism/suicide-attack", "suicide-attack", "خودکش حملہ"], "terrorism/suicide-attack"),
    ] {
        let expected = desk.ids(&["--filter", &format!("{dimension}={path}")]);
        assert!(!expected.is_empty(), "{path}");
        for spelling in spellings {
            let resolved = taxonomy.resolve(dimension, spelling);
            assert_eq!(resolved, dossier::taxonomy::Resolution::Path(path.to_owned()), "{spelling}");
            assert_eq!(desk.ids(&["--filter", &format!("{dimension}={spelling}")]), expected, "{spelling}");
        }
    }
}

#[test]
fn a_name_in_a_question_stands_for_the_names_of_the_same_thing_and_for_nothing_that_only_points_to_it() {
    let taxonomy = shipped();
    let others =
        |typed: &str| -> Vec<String> { taxonomy.other_names(typed).into_iter().map(|name| name.form).collect() };
    #[rustfmt::skip]
    let same: [(&str, &[&str]); 9] = [
        ("BLA", &["Baloch Liberation Army", "بلوچ لبریشن آرمی", "俾路支解放军"]),
        ("Baluchistan", &["Balochistan", "بلوچستان", "俾路支省"]),
        ("Lyallpur", &["Faisalabad", "فیصل آباد"]),
        ("NWFP", &["Pakhtunkhwa", "خیبر پختونخوا"]),
        ("Frontier Corps", &["فرنٹیئر کور"]),
        ("ریکوڈک", &["Reko Diq"]),
        ("皎漂港", &["Kyaukphyu"]),
        ("Daesh", &["Islamic State", "داعش"]),
        ("王小洪", &["Wang Xiaohong", "وانگ شیاؤ ہونگ"]),
    ];
    for (typed, wanted) in same {
        let found = others(typed);
        for name in wanted {
            assert!(found.iter().any(|form| form == name), "{typed}: no {name} in {found:?}");
        }
    }
    #[rustfmt::skip]
    let not: [(&str, &[&str]); 7] = [
        ("BLA", &["Bashir Zeb", "Jeeyand Baloch", "BLA fighters", "Fitna-al-Hindustan"]),
        ("Karachi", &["Clifton", "DHA", "Jinnah International Airport"]),
        ("Balochistan Liberation Front", &["Allah Nazar", "SOB"]),
        ("Pakistan Navy", &["PNS Siddique", "PN", "the navy"]),
        ("Pakistan Railways", &["Jaffar Express"]),
        ("United States", &["Washington"]),
        ("Gilgit-Baltistan", &["GB"]),
    ];
    for (typed, strange) in not {
        let found = others(typed);
        let wrong: Vec<_> = strange.iter().filter(|name| found.iter().any(|form| form == *name)).collect();
        assert!(wrong.is_empty(), "{typed}: {wrong:?}");
    }
    // Persons, places and events that only point to a node, names that two things share, everyday words, phrases.
    for typed in [
        "Bashir Zeb",
        "Jaffar Express",
        "PNS Siddique",
        "Clifton",
        "Taliban",
        "FC",
        "Foreign Ministry",
        "Punjab",
        "SCO",
        "PTI",
        "hub",
        "tip",
        "MPs",
        "raw",
        "patchwork",
        "suicide bombing",
        "car bomb",
        "checkpost",
    ] {
        assert!(others(typed).is_empty(), "{typed}: {:?}", others(typed));
    }
}
