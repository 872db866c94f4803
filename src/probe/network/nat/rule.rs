//! Turns the expressions of a rule, in order, back into the words of nft(8). One expression that is
//! not understood makes the whole rule unknown: half a rule would say something else.

use std::collections::BTreeMap;

use super::attribute::{Attributes, inside, number, of, text, value};
use super::field::{self, Field, Kind, Links};
use super::range::{Range, port};
use super::set::Sets;
use super::xt;
use crate::sys::netlink::attributes;

/// What a register holds.
#[derive(Clone, Debug)]
enum Held {
    /// Fields of the packet.
    Fields(Loaded),
    /// A constant.
    Value(Vec<u8>),
}

#[derive(Clone, Debug)]
struct Loaded {
    fields: Vec<Field>,
    /// How many bits of an address are compared, if not all.
    bits: Option<usize>,
    /// The index in `words` of a lower bound, and that bound: an upper bound turns both into a
    /// range.
    least: Option<(usize, String)>,
}

/// What was compared before and gives a later header its meaning. If the later words imply it, its
/// own words (at `place`) are taken back, as nft(8) does.
#[derive(Debug, Default)]
struct Known<T> {
    what: Option<T>,
    place: Option<usize>,
}

/// A rule that is being read.
pub(super) struct Rule<'a, 'b> {
    sets: &'a mut Sets<'b>,
    links: &'a Links,
    registers: BTreeMap<u32, Held>,
    protocol: Known<String>,
    version: Known<u8>,
    words: Vec<String>,
    jumps: Vec<String>,
}

/// The result: the rule's words if all of it was understood, and the chains that it jumps to.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) words: Option<String>,
    pub(super) jumps: Vec<String>,
}

/// Turns a list of expressions into words.
pub(super) fn told(expressions: &[u8], sets: &mut Sets<'_>, links: &Links) -> Told {
    let version = match sets.family {
        2 => Some(4),
        10 => Some(6),
        _ => None,
    };
    let mut rule = Rule {
        sets,
        links,
        registers: BTreeMap::new(),
        protocol: Known::default(),
        version: Known {
            what: version,
            place: None,
        },
        words: Vec::new(),
        jumps: Vec::new(),
    };
    let mut known = true;
    for (_, expression) in attributes(expressions) {
        let expression = of(expression);
        let data = inside(&expression, 2);
        known &= rule.read(&text(&expression, 1), &data).is_some();
    }
    rule.words.retain(|word| !word.is_empty());
    // A rule without words is not understood.
    let known = known && !rule.words.is_empty();
    Told {
        words: known.then(|| rule.words.join(" ")),
        jumps: rule.jumps,
    }
}

impl Rule<'_, '_> {
    fn read(&mut self, name: &str, data: &Attributes<'_>) -> Option<()> {
        match name {
            "meta" => self.load(number(data, 1)?, vec![field::meta(number(data, 2)?)?]),
            "fib" => {
                let field = field::fib(number(data, 2)?, number(data, 3)?)?;
                self.load(number(data, 1)?, vec![field]);
            }
            "payload" => self.payload(data)?,
            "bitwise" => self.mask(data)?,
            "cmp" => self.compare(data)?,
            "range" => self.within(data)?,
            "lookup" => self.look_up(data)?,
            "immediate" => self.immediate(data)?,
            "counter" => self.words.push("counter".to_owned()),
            "masq" => self.translate("masquerade", data, [1, 2, 3])?,
            "redir" => self.translate("redirect", data, [3, 1, 2])?,
            "nat" => self.nat(data)?,
            "match" => self.old_match(data)?,
            "target" => {
                let words = xt::target(self.sets.family, data)?;
                self.words.push(words);
            }
            _ => return None,
        }
        Some(())
    }

    fn load(&mut self, register: u32, fields: Vec<Field>) {
        let loaded = Loaded {
            fields,
            bits: None,
            least: None,
        };
        self.registers.insert(register, Held::Fields(loaded));
    }

    fn payload(&mut self, data: &Attributes<'_>) -> Option<()> {
        let (offset, length) = (number(data, 3)?, number(data, 4)?);
        let fields = match number(data, 2)? {
            1 => {
                let version = self.version.what?;
                take_back(&mut self.version.place, &mut self.words);
                field::network(version, offset, length)?
            }
            2 => {
                let protocol = self.protocol.what.clone()?;
                take_back(&mut self.protocol.place, &mut self.words);
                field::transport(&protocol, offset, length)?
            }
            _ => return None,
        };
        self.load(number(data, 1)?, fields);
        // A field that is loaded in part has the length of that part.
        let held = self.loaded(number(data, 1)?)?;
        let whole: usize = held.fields.iter().map(|field| field.length).sum();
        (whole == length as usize || held.fields.last()?.kind == Kind::Address).then_some(())
    }

    fn loaded(&self, register: u32) -> Option<Loaded> {
        match self.registers.get(&register)? {
            Held::Fields(loaded) => Some(loaded.clone()),
            Held::Value(_) => None,
        }
    }

    /// The field in a register, if it holds exactly one whole field.
    fn single(&self, register: u32) -> Option<Field> {
        let loaded = self.loaded(register)?;
        match (&loaded.fields[..], loaded.bits) {
            ([field], None) => Some(field.clone()),
            _ => None,
        }
    }

    /// Handles `NFT_BITWISE_MASK_XOR` with a mask that is a prefix; any other mask is no network.
    fn mask(&mut self, data: &Attributes<'_>) -> Option<()> {
        let (from, to) = (number(data, 1)?, number(data, 2)?);
        let (mask, flip) = (value(data, 4)?, value(data, 5)?);
        let field = self.single(from)?;
        let bits: usize = mask.iter().map(|byte| byte.count_ones() as usize).sum();
        let leading = mask
            .iter()
            .position(|byte| *byte != 0xff)
            .map_or(bits, |at| 8 * at + mask[at].leading_ones() as usize);
        let plain = number(data, 6).unwrap_or_default() == 0 && flip.iter().all(|b| *b == 0);
        if !plain || leading != bits || field.kind != Kind::Address || mask.len() != field.length {
            return None;
        }
        self.load(to, vec![field]);
        if let Some(Held::Fields(loaded)) = self.registers.get_mut(&to) {
            loaded.bits = Some(bits);
        }
        Some(())
    }

    fn compare(&mut self, data: &Attributes<'_>) -> Option<()> {
        let (register, operator) = (number(data, 1)?, number(data, 2)?);
        let with = value(data, 3)?;
        let loaded = self.loaded(register)?;
        if let [field] = &loaded.fields[..] {
            return self.compare_one(register, field, operator, &with);
        }
        // Several fields at once can only be compared for equality.
        (operator == 0 && loaded.bits.is_none()).then_some(())?;
        let mut rest = &with[..];
        for field in &loaded.fields {
            let (value, after) = rest.split_at_checked(field.length.min(rest.len()))?;
            rest = after;
            let shown = field.shown(value, self.links)?;
            self.words.push(format!("{} {shown}", field.name));
        }
        rest.is_empty().then_some(())
    }

    fn compare_one(
        &mut self,
        register: u32,
        field: &Field,
        operator: u32,
        with: &[u8],
    ) -> Option<()> {
        let loaded = self.loaded(register)?;
        // The beginning of a value can be equal or not, but not less or greater.
        (operator <= 1 || with.len() == field.length).then_some(())?;
        let shown = match loaded.bits {
            Some(bits) if bits < with.len() * 8 => field.prefix(with, bits)?,
            _ => field.shown(with, self.links)?,
        };
        if operator == 3
            && let Some((place, least)) = &loaded.least
        {
            *self.words.get_mut(*place)? = format!("{} {least}-{shown}", field.name);
            return Some(());
        }
        let sign = ["", "!= ", "< ", "<= ", "> ", ">= "].get(operator as usize)?;
        let place = self.words.len();
        self.words.push(format!("{} {sign}{shown}", field.name));
        match self.registers.get_mut(&register) {
            Some(Held::Fields(loaded)) if operator == 5 => loaded.least = Some((place, shown)),
            _ => self.depend(field, (operator == 0).then_some(with), place),
        }
        Some(())
    }

    /// Notes what later headers depend on; `value` is `None` if it is one of several.
    fn depend(&mut self, field: &Field, value: Option<&[u8]>, place: usize) {
        let first = value.and_then(|bytes| bytes.first().copied());
        // Only words of `meta` are taken back; those of a network header stay.
        let place = (value.is_some() && field.name.starts_with("meta")).then_some(place);
        match field.kind {
            Kind::Protocol => {
                let what = Some(first.map_or("th".to_owned(), field::protocol));
                self.protocol = Known { what, place };
            }
            Kind::Family => {
                let version = match first {
                    Some(2) => Some(4),
                    Some(10) => Some(6),
                    _ => None,
                };
                let what = version;
                self.version = Known { what, place };
            }
            _ => {}
        }
    }

    fn within(&mut self, data: &Attributes<'_>) -> Option<()> {
        let field = self.single(number(data, 1)?)?;
        let sign = ["", "!= "].get(number(data, 2)? as usize)?;
        let (first, last) = (value(data, 3)?, value(data, 4)?);
        // Part of an address cannot be the end of a range.
        let whole = |value: &Vec<u8>| value.len() == field.length;
        (whole(&first) && whole(&last)).then_some(())?;
        let first = field.shown(&first, self.links)?;
        let last = field.shown(&last, self.links)?;
        self.words
            .push(format!("{} {sign}{first}-{last}", field.name));
        Some(())
    }

    /// Handles a test whether a value is in a set; a set with data is a map, which is not
    /// understood.
    fn look_up(&mut self, data: &Attributes<'_>) -> Option<()> {
        if data.contains_key(&3) {
            return None;
        }
        let field = self.single(number(data, 2)?)?;
        let sign = match number(data, 5).unwrap_or_default() {
            0 => "",
            1 => "!= ",
            _ => return None,
        };
        let set = self.sets.words(&text(data, 1), &field, self.links)?;
        let place = self.words.len();
        self.words.push(format!("{} {sign}{set}", field.name));
        self.depend(&field, None, place);
        Some(())
    }

    /// Puts a constant into a register, or into register 0 a verdict (`NFT_JUMP` is -3, `NFT_GOTO`
    /// -4, `NFT_RETURN` -5).
    fn immediate(&mut self, data: &Attributes<'_>) -> Option<()> {
        let register = number(data, 1)?;
        if register != 0 {
            self.registers
                .insert(register, Held::Value(value(data, 2)?));
            return Some(());
        }
        let verdict = inside(&inside(data, 2), 2);
        let chain = text(&verdict, 2);
        let words = match number(&verdict, 1)?.cast_signed() {
            0 => "drop".to_owned(),
            1 => "accept".to_owned(),
            -5 => "return".to_owned(),
            code @ (-3 | -4) => {
                self.jumps.push(chain.clone());
                format!("{} {chain}", if code == -3 { "jump" } else { "goto" })
            }
            _ => return None,
        };
        self.words.push(words);
        Some(())
    }

    /// The constant in a register; empty if the attribute that names the register is missing.
    fn held(&self, register: Option<u32>) -> Option<Vec<u8>> {
        match register.map(|register| self.registers.get(&register)) {
            None => Some(Vec::new()),
            Some(Some(Held::Value(bytes))) => Some(bytes.clone()),
            // It was loaded from the packet.
            Some(_) => None,
        }
    }

    /// The ports (first and last register) and flags of a translation.
    fn range(&self, data: &Attributes<'_>, [flags, first, last]: [u16; 3]) -> Option<Range> {
        let one = |at: u16| match self.held(number(data, at))? {
            none if none.is_empty() => Some(None),
            bytes => port(&bytes).map(Some),
        };
        let first = one(first)?;
        let last = one(last)?.or(first);
        Some(Range {
            addresses: None,
            ports: first.zip(last),
            flags: number(data, flags).unwrap_or_default(),
        })
    }

    fn translate(&mut self, verb: &str, data: &Attributes<'_>, places: [u16; 3]) -> Option<()> {
        let words = self.range(data, places)?.words()?;
        self.words.push(format!("{verb}{words}"));
        Some(())
    }

    fn nat(&mut self, data: &Attributes<'_>) -> Option<()> {
        let verb = ["snat", "dnat"].get(number(data, 1)? as usize)?;
        let mut range = self.range(data, [7, 5, 6])?;
        let first = self.held(number(data, 3))?;
        let last = self.held(number(data, 4))?;
        let last = if last.is_empty() { first.clone() } else { last };
        let length = if number(data, 2)? == 10 { 16 } else { 4 };
        let fits = |address: &Vec<u8>| [0, length].contains(&address.len());
        (fits(&first) && fits(&last)).then_some(())?;
        range.addresses = (!first.is_empty()).then_some((first, last));
        if range.addresses.is_none() && range.ports.is_none() {
            return None;
        }
        let family = match (self.sets.family, number(data, 2)?) {
            (1, _) if range.addresses.is_none() => "",
            (1, 2) => " ip",
            (1, 10) => " ip6",
            _ => "",
        };
        let words = range.words()?;
        self.words.push(format!("{verb}{family}{words}"));
        Some(())
    }

    /// Handles a match of iptables: comments are skipped, ports are understood.
    fn old_match(&mut self, data: &Attributes<'_>) -> Option<()> {
        let name = text(data, 1);
        if name == "comment" {
            return Some(());
        }
        let words = xt::ports(&name, data)?;
        if self.protocol.what.as_deref() == Some(&name) && !words.is_empty() {
            take_back(&mut self.protocol.place, &mut self.words);
        }
        self.words.extend(words);
        Some(())
    }
}

fn take_back(place: &mut Option<usize>, words: &mut [String]) {
    if let Some(word) = place.take().and_then(|place| words.get_mut(place)) {
        word.clear();
    }
}
