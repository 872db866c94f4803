//! The part of a snapshot that counts as a change when the observer looks without an event.

use super::{Pressure, Snapshot};

impl Snapshot {
    /// The snapshot without what changes by itself while programs run: counters, and whether a
    /// process is on a CPU at this moment.
    #[must_use]
    pub fn calm(mut self) -> Self {
        for group in self.cgroups.values_mut() {
            (group.memory.current, group.memory.file, group.memory.peak) = (0, 0, 0);
            (group.cpu.usage_usec, group.cpu.throttled_usec) = (0, 0);
            group.cpu.throttled_count = 0;
            group.pressure = Pressure::default();
        }
        let actors = self.actors.values_mut();
        for process in actors.flat_map(|actor| &mut actor.processes) {
            if matches!(process.state.as_str(), "R" | "D") {
                "S".clone_into(&mut process.state);
            }
        }
        self
    }
}
