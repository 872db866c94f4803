//! What of a snapshot counts as a change, to who looks again though nothing was told.

use super::{Pressure, Snapshot};

impl Snapshot {
    /// The same without what goes up and down by itself while programs run: counters are
    /// read when somebody wants them, and whether a process has a CPU just now is chance.
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
