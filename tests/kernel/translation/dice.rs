//! Random rules of address translation.

/// Random numbers that are the same for the same seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.throw(of.len() as u64)).unwrap()]
    }

    fn port(&mut self) -> u64 {
        1 + self.throw(65_000)
    }

    fn address(&mut self) -> String {
        format!(
            "10.{}.{}.{}",
            self.throw(256),
            self.throw(256),
            self.throw(256)
        )
    }

    fn ports(&mut self) -> String {
        let first = self.port();
        match self.throw(2) {
            0 => first.to_string(),
            _ => format!("{first}-{}", first + 1 + self.throw(500)),
        }
    }

    fn target(&mut self) -> String {
        let address = self.address();
        match self.throw(4) {
            0 => address,
            1 => format!(":{}", self.ports()),
            _ => format!("{address}:{}", self.ports()),
        }
    }

    /// A random rule of the verb `nat`.
    pub(super) fn ours(&mut self) -> String {
        if self.throw(2) == 0 {
            let links = [
                "eth0",
                "to-world",
                "a",
                "fifteen-letters",
                "veth*",
                "br-1.5",
            ];
            format!(r#"{{"masquerade": {{"out": "{}"}}}}"#, self.one(&links))
        } else {
            let (port, to) = (self.port(), self.target());
            format!(r#"{{"publish": {{"port": {port}, "to": "{to}"}}}}"#)
        }
    }

    /// Random matches of an nft(8) rule.
    fn matches(&mut self) -> String {
        let mut all = Vec::new();
        if self.throw(2) == 0 {
            all.push(match self.throw(6) {
                0 => format!("ip saddr {}", self.address()),
                1 => format!("ip daddr != {}", self.address()),
                2 => format!("ip saddr 10.{}.0.0/16", self.throw(256)),
                3 => format!("ip daddr 10.{}.128.0/17", self.throw(256)),
                4 => format!("ip saddr {{ {}, {} }}", self.address(), self.address()),
                _ => format!("ip daddr {{ 10.{}.0.0/20, 1.2.3.4 }}", self.throw(256)),
            });
        }
        if self.throw(3) == 0 {
            all.push(
                self.one(&["meta mark 0x00000007", "fib daddr type local"])
                    .to_owned(),
            );
        }
        all.push(match self.throw(8) {
            0 => format!("tcp dport {}", self.port()),
            1 => format!("udp sport != {}", self.port()),
            2 => format!("tcp dport {}", self.ports()),
            3 => format!("udp dport {{ {}, {} }}", self.port(), self.port()),
            4 => format!("tcp dport != {}", self.ports()),
            5 => format!("tcp sport {} tcp dport {}", self.port(), self.port()),
            6 => format!("sctp dport > {}", self.port()),
            _ => self
                .one(&[
                    "meta l4proto tcp",
                    "ip protocol udp",
                    "meta l4proto { tcp, udp } th dport 53",
                ])
                .to_owned(),
        });
        if self.throw(3) == 0 {
            all.push("counter".to_owned());
        }
        all.join(" ")
    }

    fn flags(&mut self) -> &'static str {
        self.one(&["", " random", " persistent", " fully-random,persistent"])
    }

    /// A random rule for the hook prerouting.
    pub(super) fn coming(&mut self) -> String {
        let link = self.one(&[
            "",
            "iifname \"eth0\" ",
            "iifname != \"lo\" ",
            "iif \"lo\" ",
            "iifname \"veth*\" ",
        ]);
        let matches = self.matches();
        let verb = match self.throw(5) {
            0 => "redirect".to_owned(),
            1 => format!("redirect to :{}", self.ports()),
            2 => "accept".to_owned(),
            _ => format!("dnat to {}", self.target()),
        };
        let flags = if verb == "accept" { "" } else { self.flags() };
        format!("{link}{matches} {verb}{flags}")
    }

    /// A random rule for the hook postrouting.
    pub(super) fn going(&mut self) -> String {
        let link = self.one(&["", "oifname \"eth0\" ", "oif \"lo\" ", "oifname != \"lo\" "]);
        let matches = self.matches();
        let verb = match self.throw(4) {
            0 => "masquerade".to_owned(),
            1 => format!("masquerade to :{}", self.ports()),
            2 => format!("snat to {}", self.target()),
            _ => format!("snat to {}", self.address()),
        };
        format!("{link}{matches} {verb}{}", self.flags())
    }
}
