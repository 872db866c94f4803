# The words of isolab in English.

## The keys, in the last row

key-open = open
key-up = up
key-down = down
key-keys = keys
key-quit = quit
key-filter = filter
key-all-names = all names
key-unfold = unfold
key-fold = fold
key-leads-out = leads out of the shell
key-done = ✓ done:
key-not-done = ☐ not done:
key-shell-of-step = step:
key-line-was-for = that line is for:
key-guide = guide
key-next-area = next area
key-type = type it
key-zoom = zoom
key-leave = leave
key-run-again = run again
key-choose-first = (choose first)
key-run = run
key-next = next
key-finish = finish
key-build-again = build again
key-answer = answer
key-not-now = not now
key-focus = focus
key-hint = hint
key-rebuild = rebuild
key-back = back
key-start-over = start over
key-search = search
key-language = language
key-all-labs = all labs

## The catalogue

about = how containers work, by building one
no-labs = There are no labs.
minutes = { $count } min
not-here = not on this machine
not-in-order = not in order
same-id = `isolab play { $lab }` means the built-in lab with this name. This one is `isolab play { $path }`, or Enter here.

## The guide

the-end = The end
building = The lab host is being built…
waits-for-you = The lab host is built once you agree.
throw-away = A throw-away machine: nothing in it touches the real one.
replaying = The steps before step { $step } are played again.
host-gone = The lab host is gone.
host-gone-help = Nothing of the real machine was touched. Enter builds a new one and plays the steps before this one.
all-done = All steps are done.
leave-or-back = Enter leaves, u goes back to the last step.
your-task = Your task
your-guess = Your guess: { "" }
guess-first = First a guess: press 1 to { $count }.
done-typed = Done, by your own hand.
done-shown = Done, with the line from the guide.
done-skipped = Passed over.
done-read = Read.
done = Done.
guess-right = Your guess was right: { "" }
guess-otherwise = Your guess was otherwise: { "" }
answer-right = { $answer }: right
answer-wrong = { $answer }: not what is there; look again
b-rebuilds = b builds the lab host again at this step.
not-planned = That was not planned. Enter tries it again, b builds the lab host again at this step.
so-many-done = { $done } of { $all } done
no-longer = was true, no longer
hint-number = hint { $number }: { "" }
hint-offered = There is a hint for just this: press h.

## The first row

host-is = lab host: { $state }
step-of = step { $step }/{ $steps }
host-lost = lost
host-building = building…
host-waits = not built yet
host-spoilt = spoilt
host-safe = safe

## Windows over the screen

esc-closes = Esc closes
over-nothing = keep everything as it is
back-yes = go back: the lab host is built again, and what was typed in the shells is lost
skip-yes = pass over this step: isolab does what it asks for, and it counts as passed over
rebuild-yes = build the lab host again, up to this step: what was typed in the shells is lost
rebuild-no = keep it as it is
stay-here = stay here
title-back = Back to the step before?
title-skip = Pass over this step?
title-rebuild = Build the lab host again?
title-typed = You are not in a shell
typed-why = These letters were typed outside of the shells, where letters are commands. None of them did anything. They can go to the shell that this step is about; nothing is run until you press Enter there.
typed-hand = Enter  put them into that shell
choice-keys = ↑ ↓ Enter · any other key closes
choice-keys-strange = ↑ ↓ Enter · PgUp PgDn read on · Esc leaves
title-keys = Keys
title-steps = Go to a step (Enter)
title-over = Start over
title-resumed = You were here before
title-leave = Leave?
mark-here = here
mark-passed-over = passed over
mark-done = done
over-step = start this step over, in a new lab host: what was typed in the shells since is lost
over-lab = start the whole lab over, from the first step: the shells end
forget-all = What was done in all labs is forgotten: steps, predictions, times. Labs and settings stay as they are.
forget-all-yes = forget it all
forget-all-no = keep it
left-at = You left this lab at step { $step }: { $title }
go-on-there = go on there
start-over-first = start the lab over, from the first step
leave-lab = leave the lab: its lab host and its shells end; your place in the lab is kept
end-isolab = end isolab
stay = stay
then-hint = h opens a hint
then-line = t puts the line into the prompt
own-step = This step is yours: do it in the shells (Tab goes there). { $then }; s passes the step over.

## The help

help-select-lab = select a lab
help-open-it = open it
help-end = end isolab
help-enter = run the step; once it is done, go on
help-t = put the step's line into the prompt, not run
help-choose = choose an answer; without a question: a panel
help-hint = open a hint
help-next = next step
help-back = back to the step before
help-skip = pass the step over
help-list = list of steps
help-over-all = start over: forget what was done in all labs
help-over = start over: the step or the lab
help-rebuild = build a spoilt or lost lab host again
help-tab = next area: guide, panel, shells (Shift-Tab: back)
help-panel = in the panel: which one
help-layers = in the panel Layers: select, fold, unfold, filter
help-mounts = in the panel Mounts: fold or unfold those of the lab host
help-zoom = the focused area alone, or all again
help-scroll = scroll
help-leave = leave the lab
help-to-guide = to the guide
help-to-next = to the next area
help-to-shell = to the shell of that number
help-shell-run = run the step, or go on
help-shell-zoom = the shell alone, or all again
help-shell-hint = the next hint
help-shell-scroll = what a shell printed before (Shift-PgUp, too); the same keys scroll on, any other leads back down
help-copy = Dragging the mouse over a shell copies what it marks, where the terminal lets programs copy (OSC 52). With Shift held, the terminal itself marks.
help-send = send Ctrl-] to the shell
help-shell = A shell gets every key but Ctrl-], which leads out:

## Pages, panes, panels

more-above = ↑ more above
more-below = ↓ { $lines } more lines
more-both = ↑ { $above } above, ↓ { $below } more
not-there-yet = not there yet
shell-ended = ended
shell-ended-with = ended with status { $status }
shell-killed = ended with status { $status } (128 + { $signal }: killed by { $name })
shell-anew = Enter begins it anew
shell-anew-said = A new shell in the lab host itself. Namespaces and a root that the ended one had of its own are not given to it: b in the guide builds the lab host again at this step.
shell-not-begun = No new shell: { $why }
shell-took-nothing = The shell of { $actor } has ended, so nothing was typed. Enter begins it anew.
shell-takes-nothing-yet = The shell of { $actor } is not there yet: a step opens it. Nothing was typed.
shell-scrolled = { $lines } lines up · PgDn, End: down
guide-strayed = The line was run in { $there }, but it is for { $meant }: Ctrl-] { $number } leads there.
small = This terminal is too small.
small-needed = needed: { $columns } x { $rows }
small-now = now:    { $columns } x { $rows }
small-help = Make it larger, or its letters smaller.
nothing-observed = Nothing has been observed yet.
changed = changed: { $what }
changed-more = changed: { $count } more things
bytes = { $count ->
        [one] 1 byte
       *[other] { $count } bytes
    }
panel-namespace = Namespaces
panel-namespace-short = Ns
panel-process = Processes
panel-process-short = Proc
panel-ipc = IPC
panel-ipc-short = IPC
panel-identity = Identity
panel-identity-short = Ids
panel-mount = Mounts
panel-mount-short = Mnt
panel-network = Network
panel-network-short = Net
panel-cgroup = Limits
panel-cgroup-short = Lim
panel-overlay = Layers
panel-overlay-short = Lay
panel-journal = Journal
panel-journal-short = Log
panel-cut = { $what } is longer than isolab reads: { $more } more
panel-container = Container
panel-container-short = Box
idle-ipc = No step of this lab is about IPC, and there are no IPC objects.
idle-network = No step of this lab is about networks: there is nothing but the loopback device.
idle-cgroup = No step of this lab is about control groups, and it has made none.

## Panel: namespaces

ns-legend = = host's, *+ own (alike: same), ◀ new
ns-source = read from /proc/PID/ns/* per shell
ns-tree = All, by the user namespace that owns them
ns-none = no process
ns-one = process { $pid }
ns-many = { $count ->
        [one] 1 process
       *[other] { $count } processes
    }, from { $first }
ns-in = , in { $parent }
ns-descriptor = descriptor { $fd } of { $pid }
ns-held-other = , held by another
ns-held = , held by { $what }

## Panel: processes

ps-inside = inside
ps-lab = lab
ps-outside = outside
ps-process = process
ps-source = read from /proc/PID/status (NSpid, PPid, State): inside = in its own pid namespace, outside = on the real machine
ps-orphan = (orphan, taken over)
ps-new = (new)
ps-running = running
ps-sleeping = sleeping
ps-device = waiting for a device
ps-stopped = stopped
ps-traced = traced
ps-zombie = zombie: ended, not waited for
ps-idle = idle
ps-dead = dead

## Panel: IPC

ipc-source = read from /proc/sysvipc/(msg,shm,sem) and /dev/mqueue in each namespace
ipc-none = no objects
ipc-queue = queue { $id }  key { $key }  mode { $mode }  { $messages ->
        [one] 1 message
       *[other] { $messages } messages
    }, { $bytes ->
        [one] 1 byte
       *[other] { $bytes } bytes
    }
ipc-segment = shared memory { $id }  key { $key }  mode { $mode }  { $bytes ->
        [one] 1 byte
       *[other] { $bytes } bytes
    }, attached { $attached }×
ipc-semaphores = semaphores { $id }  key { $key }  mode { $mode }  { $count } in the set
ipc-posix = posix queue /{ $name }  { $bytes ->
        [one] 1 byte
       *[other] { $bytes } bytes
    }

## Panel: identity

id-source = read from /proc/PID/(status,root,cwd,uid_map,gid_map) and uname(2)
id-changed = ◀ changed
id-power = power over
yes = yes
no = no
id-uid = uid, gid
id-host-name = host name
id-root = root
id-directory = directory
id-uid-map = uid map
id-gid-map = gid map
id-effective = effective
id-permitted = permitted
id-inheritable = inheritable
id-bounding = bounding
id-ambient = ambient
id-no-new-privs = no new privs
id-seccomp = seccomp
id-power-none = nothing: it has no capability
id-power-user = its user namespace alone, not { $others }
id-power-some = { $owned }; not { $others }
none = none
id-one = { $inside } is { $outside } outside
id-range = { $inside } are { $outside } outside
id-all = all { $count }
id-some = { $count } of 41
id-process = process
id-seccomp-off = off
id-seccomp-strict = strict
id-seccomp-filter = filter

## Panel: mounts

mnt-source = read from /proc/PID/mountinfo; targets as seen from each root directory
mnt-root = root { $path }
mnt-gone = no longer mounted
mnt-none = no mounts to see
mnt-covered = covered
mnt-of-host = { $count ->
        [one] 1 mount of the lab host, the same for all
       *[other] { $count } mounts of the lab host, the same for all
    }
mnt-only-host = none but those of the lab host

## Panel: network

net-legend = ● up, ◐ no carrier, ○ down, ◀ new; ping: →requests ←replies, ✕ came no further
net-pid = pid { $pid }
net-forwards = forwards
net-down = down
net-no-carrier = no carrier
net-bridge = bridge
net-via = via { $address }
net-route = route { $to } dev { $dev }
net-neighbour = neighbour { $address } dev { $dev } { $state }
net-learnt = { $bridge } learnt { $mac } behind { $port }
net-listens = listens { $protocol } { $address } port { $port }
net-unknown-rules = { $count ->
    [one] unknown: 1 rule
   *[other] unknown: { $count } rules
 } ({ $table } { $chain })

## Panel: limits

cg-none = This lab has no control groups.
cg-source-2 = read from memory.*, cpu.*, pids.* of each group; ◀ since the step began
cg-source-1 = read from memory.usage_in_bytes, .limit_in_bytes, cpu.stat, pids.*; ◀ since the step began
cg-v2 = cgroup v2: one tree with the controllers { $controllers }
cg-v1 = cgroup v1: a tree for each of { $controllers }
cg-frozen = frozen
cg-pressure = pressure: waited { $cpu } s for a CPU, { $memory } s for memory
cg-of = { $used } of { $most }
cg-files = { $bytes } of it files
cg-weight = weight { $weight }
cg-no-controller = the group does not have this controller
cg-no-processes = no processes
cg-and-more = { $named } and { $more } more
cg-killed = killed
cg-at-limit = at the limit
cg-throttled = throttled
cg-refused = refused

## Panel: layers

ov-none = No overlay is mounted.
ov-filter = names with: { $text }
ov-legend = A added, M changed, ↑ copied up, D deleted (whiteout), O opaque, (…) not seen; read from the layers' directories and their overlay.* marks
ov-one-more = and one more layer below: z gives more room
ov-more-layers = and { $count } more layers below: z gives more room
ov-not-mounted = not mounted
ov-work-empty = work: { $dir }, empty
ov-work = work: { $dir } with { $names }
ov-deleted = deleted
ov-unread = not all read yet: → reads it
ov-more-names = and { $count } more names
ov-dir = dir
ov-link = link
ov-special = special
ov-is-gone = deleted: not seen
ov-is-hidden = hidden: not seen
ov-is-merged = a directory of several layers
ov-is-left = gone
ov-origin = its bytes come from { $layer }
ov-bytes = , { $count ->
        [one] 1 byte
       *[other] { $count } bytes
    }
ov-links = , { $count ->
        [one] 1 name
       *[other] { $count } names
    }
ov-owner = owner { $owner }, inode { $inode }
ov-images = Images, the top layer first
ov-no-archive = no archive
ov-also-in = also in { $names }
ov-not-unpacked = not unpacked

## Panel: journal

log-none = Nothing was done yet.
log-source = the calls isolab made itself; what is typed in a shell is not seen as calls
log-under-way = under way
log-played = run
log-typed = by hand
log-shown = by hand, with the line shown
log-skipped = passed over
log-read = read
log-refused = refused: { $call }: { $why }
log-exit = exit status { $status }

## Panel: container

ct-none = There is no container yet: no shell has a namespace or a root directory of its own.
ct-source = · step N: what this step made of it, ◀ the present one; told from the facts of the other panels
ct-step = step { $number }
ct-guests = with { $names } in it
ct-of-host = As the host has it
ct-log = Log
ct-root = Root
ct-power = Power
ct-own = own: { $kinds }
ct-with = with { $others }: { $kinds }
ct-like-host = host's: { $kinds }
ct-host-name = host name { $name }
ct-directory = directory { $path }
ct-upper-empty = { $dir } (empty)
ct-upper-written = { $dir } ({ $written } written)
ct-upper-changed = { $dir } ({ $written } written, { $deleted } deleted)
ct-read-only = read-only
ct-masked = masked places: { $count }
ct-mounts-read-only = read-only mounts: { $count }
ct-no-link = no link but lo
ct-up = up
ct-cable = ⇄ { $peer } in { $place }
ct-plugged = ⇄ { $peer } in { $place }, on bridge { $bridge }
ct-group = group { $name }
ct-uid = uid { $uid }, gid { $gid }
ct-uid-inside = uid { $inside } inside, { $uid } in the lab host
ct-ids = ids { $map }
ct-no-capability = no capability
ct-all-capabilities = all { $count } capabilities
ct-capabilities = { $count } of { $all } capabilities
ct-capabilities-named = { $count } of { $all } capabilities: { $names }
ct-more = and { $count } more
ct-shared = Shared
ct-alone = { $name } alone
ct-layers = lower layers { $names }
ct-bridge = bridge { $names }
ct-spaces = namespaces { $kinds }
ct-kernel = one kernel

## What changed

df-of = { $name }: { $what }
df-which = { $name } { $what }
df-text = { $actor }: { $what } { $then } → { $now }
df-ended = the shell of { $actor } has ended (status { $status })
df-shell = { $actor } has a shell now (pid { $pid })
df-called = { $actor }: its network namespace is called { $name }
df-netns = there is a network namespace { $name }
df-no-netns = there is no network namespace { $name } any longer
df-ns-host = { $actor } is in the host's { $kind } namespace
df-ns-other = { $actor } is in { $other }'s { $kind } namespace now
df-ns-own = { $actor } has { $kind ->
        [ipc] an ipc namespace
       *[other] a { $kind } namespace
    } of its own now ({ $inode })
df-hostname = host name
df-root = root directory
df-cwd = working directory
df-ids = { $actor }: ids { $then } → { $now }
df-capabilities = { $actor }: { $then } → { $now } effective capabilities
df-mounted = { $actor } sees { $kind } mounted on { $target }
df-unmounted = { $actor }: { $kind } is no longer mounted on { $target }
df-queues = { $actor } sees { $now ->
        [one] 1 message queue
       *[other] { $now } message queues
    } (before: { $then })
df-segments = { $actor } sees { $now ->
        [one] 1 shared memory segment
       *[other] { $now } shared memory segments
    } (before: { $then })
df-semaphores = { $actor } sees { $now ->
        [one] 1 semaphore set
       *[other] { $now } semaphore sets
    } (before: { $then })
df-posix = { $actor } sees { $now ->
        [one] 1 POSIX queue
       *[other] { $now } POSIX queues
    } (before: { $then })
df-started = started: { $name } ({ $pid })
df-over = ended: { $name } ({ $pid })
df-another = another process
df-orphan = orphan: { $by } ({ $parent }) took over { $name } ({ $pid })
df-link-new = link { $name } is here now
df-link-gone = link { $name } is no longer here
df-rule = a rule: { $hook } { $rule }
df-unknown-rules = { $count ->
    [one] a rule that is not understood
   *[other] { $count } rules that are not understood
 }: { $hook } ({ $table } { $chain })
df-address = has the address { $address }
df-no-address = no longer has the address { $address }
df-no-port = is no longer a port of { $bridge }
df-port = is a port of { $bridge } now
df-mac = has the hardware address { $mac }
df-mtu = takes packets of up to { $bytes } bytes
df-listens = { $protocol } port { $port } listens
df-listens-no = { $protocol } port { $port } no longer listens
df-route-gone = the route to { $to } by { $dev } has gone
df-route = a route to { $to } by { $dev }
df-route-via = a route to { $to } via { $via } by { $dev }
df-learnt = has { $count } learnt hardware addresses behind it
df-another-link = is another link now
df-up = was set up
df-down = was set down
df-carrier = has a carrier
df-no-carrier = has lost its carrier
df-forwarding = forwarding is on
df-no-forwarding = forwarding is off
df-group = the control group { $group } is there
df-no-group = the control group { $group } is gone
df-frozen = { $group }: frozen
df-thawed = { $group }: no longer frozen
df-killed = { $group }: killed for lack of memory: { $count }×
df-refused = { $group }: new processes refused: { $count }×
df-joined = { $name } ({ $pid }) is in the control group { $group } now
df-overlay = an overlay is mounted on { $merged }
df-no-overlay = the overlay on { $merged } is not mounted any longer
df-entry-gone = { $path } is gone
df-created = was created
df-whiteout = was deleted by a whiteout
df-opaque = was made opaque
df-hidden = is hidden by what is above it
df-again = is seen again
df-copied = was copied up
df-entry-changed = was changed
df-mode = has other permissions
df-image = image { $name }: { $count ->
        [one] 1 layer
       *[other] { $count } layers
    }
df-image-now = image { $name }: { $then } → { $now ->
        [one] 1 layer
       *[other] { $now } layers
    }
df-image-gone = image { $name } is gone

## Checks

of-them = { $count } of them
check-too-costly = this check costs too much to be judged: that is a mistake in the lab, not yours
check-cut = nobody knows: { $fact } is longer than isolab reads, by { $more }
check-nothing-run = nothing was run yet
check-no-shell = { $actor } is not there yet: it has no shell
check-no-shell-before = { $actor } was not there before this step: it had no shell
check-no-step = the step `{ $step }` was not done yet
check-no-link = { $of } has no link { $link } yet
check-no-group = there is no control group { $name } yet
check-no-overlay = there is no overlay { $name } yet
check-no-image = there is no image { $name } yet
check-no-netns = there is no network namespace { $name } yet
check-no-fact = there is no { $fact } yet

## Added

help-search = search titles and texts
help-language = the next language
play-next = next
nothing-found = Nothing was found.
account-steps = Steps: { $hand } by hand, { $shown } by hand with the line shown, { $played } run or read, { $skipped } passed over.
account-guesses = Guesses: { $right } of { $all } right.
account-hints = Hints opened: { $count }.
story-done = Done.
story-left = Left at step { $step }: { $title }
story-hand = { $hand } of { $steps ->
        [one] 1 step
       *[other] { $steps } steps
    } by hand.
story-after = Better after: { $labs }
ids-in-words = lab host: { $what }

## isolab progress

progress-none = Nothing was done yet: `isolab` opens the catalogue.
progress-forgotten = { $lab }: forgotten
progress-nothing = { $lab }: there was nothing to forget
progress-done = done
progress-at = at step { $step }
progress-begun = begun
progress-line = { $state }; attempts: { $attempts }; steps by hand: { $hand }, run: { $played }, passed over: { $skipped }; guesses right: { $right } of { $guesses }

## Line by line

plain-over = Type l to start over from the first step.
plain-shown = The line stands in the prompt of its shell; type `ACTOR$` to run it there as it is, or type your own.
plain-unknown = "{ $line }" means nothing here; ? lists what does. A line for a shell begins with its name: host$ ls
plain-own = This step is yours: type a line for a shell, such as host$ ls. h: hint; s: pass the step over.
plain-no-hint = There are no more hints.
plain-go = g and a number from 1 to { $last } goes to that step.
plain-help-typed = ACTOR$ LINE types a line into an actor's shell: host$ ls; ACTOR$ alone presses Enter there.
plain-help-step = Enter runs the step, or goes on. 1 to 4 chooses an answer; another word answers the question after the step.
plain-help-look = t: line into the prompt; h: hint; c: how the step stands; d: what changed; p: the panel; p1 to p9 and p0: another panel.
plain-help-go = n: next; u: back; s: pass over; g NUMBER: go to a step; r: this step again; l: the lab again; b: build again; L: language; q: leave.
help-look = other colours
settings-wrong = The settings do not count: { $why } ({ $file })
settings-no-file = it is no plain file
settings-long = it has more than { $most } KiB

## Words and cards

help-words = the words of this step, explained
say-first-step = This is the first step: there is none before it.
say-at-the-end = The lab is at its end.
say-export-later = The script of the lab can be written at its end.
say-no-key = { $key } means nothing here. ? lists the keys.
say-no-key-led = Ctrl-] { $key } means nothing. Ctrl-] ? lists the keys.
say-no-shell = There is no shell { $number } in this lab.
say-answers = 1 to { $count } answer the question, 5 to 0 show other panels.
say-running = The step is running.
say-building = The lab host is being built.
say-answer-first = First the question: 1 to { $count } answer it.
say-not-done = The step is not done yet. Enter runs it.
say-question-left = The question is left open. The same key once more goes on.
say-done-already = The step is done: nothing is left to type.
say-no-hint = There are no more hints.
say-waits = All lines are run. Still open: { $what }
say-look = Colours: { $look }
say-no-colours = This terminal shows no colours.
help-lens = the calls that typed lines make: a few, all, off
help-shell-lens = the calls that typed lines make: a few, all, off
say-lens-folded = Calls: a few of them below each line. The Journal panel has all.
say-lens-unfolded = Calls: all of them below each line.
say-lens-off = Calls of typed lines are no longer watched.
say-lens-refused = The calls of typed lines cannot be watched here: { $why }
say-lens-ended = The watching of calls was ended; the shells go on. { $key } begins it anew.
lens-more = { $calls ->
    [one] + 1 more call
   *[other] + { $calls } more calls
}
lens-others = { $calls ->
    [one] + 1 other call
   *[other] + { $calls } other calls
}
lens-process = { $pid } { $program }
lens-status = , ended with { $status }
lens-busy = , too busy to watch: { $rate } calls a second
lens-traced = , not watched: another process traces it
lens-made = was made by { $parent }
lens-ended-with = ended with { $status }
lens-too-busy = is too busy to watch: { $rate } calls a second
lens-not-watched = is not watched: another process traces it
lens-silent = the lens ended without a word
lens-typed = typed in { $actor }
help-changes = all that changed since the step began
title-changes = Changed since the step began
changes-none = Nothing has changed since the step began.
help-card = what its verbs and system calls do, and what is checked
title-words = Words
title-card = Verbs, calls and checks
words-none = No word of this step is in the glossary.
words-later = Elsewhere in this lab:
card-none = Nothing is done in this step.
card-later = The system calls are told once the step was run.
title-strange = A lab from elsewhere
strange = This lab comes from `{ $file }`, not from isolab, and you have not played it before. In its lab host, which cannot touch this machine, it will make these calls: { $verbs }; and run: { $programs }.
strange-gaps = What this machine cannot hold:
strange-yes = play it
strange-no = leave it
plain-strange = Enter plays its steps, one by one; q leaves it.
plain-strange-later = Enter plays it as far as step { $step }; q leaves it.
record-title = Recording
record-text = Act in the shells (Tab goes there). Each command goes into the draft, with the verb that does the same; one that changed something ends a step, with checks for it. Ctrl-] q and y end the recording and write the file.
answer-kept = { $answer } (kept)
help-split = move the edges: guide narrower, wider; shells lower, higher (or drag them)
story-track = The whole track "{ $track }" is done: { $labs ->
        [one] 1 lab
       *[other] { $labs } labs
    }, { $hand } of { $steps ->
        [one] 1 step
       *[other] { $steps } steps
    } by hand, { $right } of { $guesses ->
        [one] 1 guess
       *[other] { $guesses } guesses
    } right.
ids-root = root inside is id { $uid } outside ({ $count ->
        [one] 1 id
       *[other] { $count } ids
    })
ids-tools = your own id and the range { $uid }+{ $count } of /etc/subuid
ids-own = your own id { $uid } alone
gap-crash = a crash in a lab is told to the machine's program for crashes, with the memory of what crashed: it listens on a socket (kernel.core_pattern begins with @), or you may have no core files at all (ulimit -H -c says 0), which does not stop it
gap-disk = /lab is in /var/tmp on this kernel; what is in it is added up once a second, and the lab host ended at 512 MiB
gap-filter = this kernel has no filters of system calls (seccomp): a lab could use keys and sockets that no namespace keeps apart
gap-groups = your other groups stay with you in the lab host: a lab may read and write what they may; with a range of ids in /etc/subuid and newuidmap they do not
gap-order = when memory is short, a lab could see to it that the machine ends other programs before it
gap-memory = no control group limits the memory of a lab host here; it is added up once a second, and the lab host ended at 1 GiB
hint-waits = Stuck? h opens a hint.
setup-refused = The lab wants things to be there before its first step, and one of them could not be made. Action { $number } of its `setup`, `{ $verb }`: { $why }. Either the lab is wrong there, or this machine does not allow it: `isolab doctor` says what it allows, and whoever wrote the lab can mend its `setup`.
checks-folded = { $count ->
    [one] One thing is checked; it is shown once you have answered.
   *[other] { $count } things are checked; they are shown once you have answered.
}
check-turned = No longer so: { $was }
card-checks = What is checked
symptom-later = …

## Lab hosts

host-no-start = cannot start the lab host: { $why }
host-no-build = cannot build the lab host: { $stage }: { $call }({ $args }) => { $errno }
host-is-gone = the lab host is gone
host-is-gone-why = the lab host is gone: { $why }
host-silent = the lab host did not answer within { $seconds } s
host-no-shell = no shell for { $actor }: { $why }
host-socket = its socket broke
host-ended = its first process has ended
host-out-of-memory = it used up the memory that a lab may have, and the kernel ended its processes
host-too-much-disk = its files took { $mib } MiB of the disk, more than a lab may, and it was ended
host-too-much-memory = it held { $mib } MiB of memory, more than a lab may, and was ended before the machine suffered
not-refused = the kernel was expected to refuse with { $errno }, and did not
stage-start = start
stage-namespaces = namespaces
stage-id-maps = id maps
stage-ids = ids
stage-control-group = control group
stage-scratch = scratch directory
stage-root = root file system
stage-limits = limits
stage-filter = filter of system calls
stage-memory = memory
stage-host-name = host name
stage-observer = observer

## Programs that are not there

to-type = { $count ->
    [one] to type it: { $packages } is not installed
   *[other] to type it: { $packages } are not installed
}
absent-package = { $package }: for { $programs }
key-install = tools
help-install = install the programs that are missing here, where some are
title-install = Programs
install-why = These programs are not here. A lab that runs one itself is marked as not playable; all others can be played, and only who wants to type a line that begins with one of them needs it.
install-yes = install them: isolab leaves the screen, and comes back
install-no = not now
fix-nothing = No program is missing.
fix-unknown = It is not known how this distribution installs packages; the names are those of Debian.
fix-command = One command installs them:
fix-no-terminal = It was not run: there is no terminal to ask on.
fix-ask = Run it? Type y and Enter for yes; anything else is no.
fix-yes = y yes
fix-no = Nothing was installed.
fix-no-sudo = It was not run: there is no sudo here. Run it as root, without sudo.
fix-not-run = It could not be run: { $why }
fix-failed = It failed, { $status }: what it said stands above. Nothing else was changed.
fix-left = It was run, and some programs are still missing:
fix-done = All programs are there now.
fix-back = Enter leads back to the catalogue.
nothing-plays = No lab can be played here yet. What stands in the way, and what helps, is said above.

## What a machine can do

doctor-works = { "works  " }
doctor-missing = missing
doctor-open = { "open   " }
doctor-typed = to type
doctor-lent = { "better " }
doctor-fix = { "fix    " }
finding-lacks = { $name }: { $reason }
finding-fix = { $name }: { $reason }; { $fix }
try-host = lab host
try-host-ids = lab host ({ $ids })
try-namespace = { $kind } namespace
try-overlay = overlay with whiteout and opaque directory
try-lens = lens (ptrace)
try-watches = watches (inotify)
try-veth = veth pair
try-bridge = bridge
try-ping = ping
try-nat = address translation
try-group = control groups: { $name }
try-program = program { $name }
try-kernel = Linux { $oldest } or later
lacks-program = not on the PATH
lacks-kernel = this is Linux { $release }
lacks-status = status { $status }: { $said }
lacks-controller = a group here does not get the controller { $name }
lacks-group = { $call }({ $args }) was refused: { $why }
fix-program = install the package that has it
fix-package = install the package that has it: { $package } on Debian and Ubuntu
fix-install = install { $package }
fix-kernel = start a newer kernel
fix-number = raise { $files }
fix-ids = this program may not lend these ids here: the user namespace that it is in has too few, or something around it forbids it; start isolab outside of this container
fix-sys = /sys is read-only or covered here, as in a container, and so the kernel lets nobody mount another one: start isolab outside of it, or with a /sys that can be written
fix-proc = parts of /proc are covered here, as in a container, and so the kernel lets nobody mount another one: start isolab outside of it, or with a /proc that is not covered
fix-around = something around this program refuses it: a container, its seccomp profile, AppArmor or SELinux; start isolab outside of it, or with sudo
fix-overlay = the file system of /lab takes no extended attributes of users: a tmpfs does since Linux 6.6, and before that /var/tmp must be writable and on a disk whose file system does
fix-lens = if `sysctl kernel.yama.ptrace_scope` says 3, set it to 1 where it is set, and restart the machine: 3 cannot be undone before; else ask who looks after this machine. All labs can be played without it
fix-watches = raise `fs.inotify.max_user_instances` and `fs.inotify.max_user_watches` with sysctl, or end programs that watch files. Till then isolab looks once a second
fix-nat = the kernel has no nf_tables with nf_nat: as root, modprobe nft_nat nft_masq; or a kernel with CONFIG_NF_TABLES
fix-module = the kernel is built without it, or its module is not loaded
fix-old = this kernel is too old or built without it
fix-userns = set sysctl kernel.unprivileged_userns_clone=1, or start isolab with sudo
fix-apparmor = on Ubuntu 23.10 and later an AppArmor profile must allow `userns` to this program, or sysctl kernel.apparmor_restrict_unprivileged_userns=0; or start isolab with sudo
fix-linux = isolab needs Linux 5.12 or later
fix-see-call = see the call above
fix-ask-systemd = start isolab with sudo, or as `systemd-run --user --scope -p Delegate=yes isolab`
fix-lend-more = start isolab with sudo, or let systemd lend it to everybody's own manager: `sudo systemctl edit user@.service`, with `[Service]` and `Delegate=cpu cpuset io memory pids`
fix-filter = something around this program refuses clone3: a container's seccomp profile, or RestrictNamespaces or SystemCallFilter of a systemd unit
fix-userns-root = here nobody may make a user namespace: not in a chroot, nor where a container or sysctl kernel.unprivileged_userns_clone=0 forbids it
fix-group-sudo = start isolab with sudo
fix-group-outside = here nobody may make control groups: start isolab outside of this container, or with its control groups mounted writable
fix-boot-controller = the kernel was started without { $name }: take `cgroup_disable` off its command line, or add `cgroup_enable={ $name }`
not-playable = { $lab } cannot be played here: { $lacks }

## What was done, as it is kept

book-trouble = what you do is not remembered: { $what } ({ $file })
book-damaged = what you have done so far cannot be read ({ $why }): it is kept as { $file }, and a new file begins
book-newer = it was written by a newer isolab; it is left as it is
book-unmade = cannot make { $what }
book-full = the disk is full
book-locked = the file cannot be written to
book-busy = another program holds the file
book-bad-rows = { $count ->
        [one] one of the notes on what you did makes no sense and is left out
       *[other] { $count } of the notes on what you did make no sense and are left out
    } ({ $file })
book-unwritten = not all that you did is remembered: { $count ->
        [one] 1 note
       *[other] { $count } notes
    } could not be written ({ $file })
progress-no-home = there is no home directory to remember anything in
progress-what = forget what? name a lab, or say --all

## The command line

list-or = { " or " }
list-and = { "; " }
list-same = a built-in lab has this name: isolab play { $path }
list-wrong = not in order: isolab lint { $file }
lab-unknown = there is no lab `{ $name }`; `isolab list` shows all
lab-near = there is no lab `{ $name }`; did you mean { $near }?
lab-no-file = { $path }: this is { $what }, a lab is a plain file
lab-large = { $path }: larger than { $most } bytes, which no lab is
lab-none-in = { $path }: no lab (*.yaml) in this folder
kind-folder = a folder
kind-pipe = a named pipe
kind-socket = a socket
kind-device = a device
kind-else = something else
no-step = { $lab } has no step `{ $step }`; it has 1 to { $last }: { $ids }
no-terminal = there is no terminal to draw on; `isolab run LAB` plays a lab without one, and `isolab list` names the labs
dumb-terminal = this terminal has no screen to draw on (TERM=dumb): `isolab play LAB --plain` plays a lab line by line, and `isolab list` names the labs
no-size = the terminal has no size, and takes none ({ $why }): `stty rows 24 columns 80` tells it one; `isolab play LAB --plain` needs none
no-threads = cannot start the program's threads
no-memory = this program may use { $most } MiB of memory here (`{ $limit }`); it needs { $least }
file-there = { $path } is there already: isolab play { $path } --watch
file-refused = cannot write { $path }
clean-removed = removed { $what }
clean-would = would remove { $what }
clean-left-there = isolab: { $what } could not be removed; `isolab clean` tries again
clean-cannot = could not remove { $what }
new-no-name = `{ $slug }` is no name for a lab: small letters, digits and hyphens
new-made = { $path } is a lab that passes. Change it while you watch it: isolab play { $path } --watch
new-prove = Check and prove it: isolab lint { $path }; isolab test { $path }
record-no-name = `{ $name }` is no name for an actor: small letters, digits and _, not host
record-nothing = Nothing was done, so { $file } was not written.
record-made = { $file }: { $commands ->
        [one] 1 command
       *[other] { $commands } commands
    }. What is proposed is a beginning: isolab lint { $file }; isolab test { $file }
translation-wrong = the translation that is there cannot be read
run-true = { "true   " }
run-not = { "not    " }
run-lost = the lab host was lost in this step: { $why }

## isolab test

prove-good-step = { $lab }: step `{ $step }`: played, typed by hand, undone
prove-good = { $lab }: { $steps ->
        [one] 1 step
       *[other] { $steps } steps
    }: played, typed by hand, undone
prove-untyped = { $lab }: played and undone; not all of it could be typed by hand here:
    { $untyped }
prove-step-untyped = step `{ $step }`: { $why }
prove-bad = { $lab }: { $faults ->
        [one] 1 fault
       *[other] { $faults } faults
    } in { $steps ->
        [one] 1 step
       *[other] { $steps } steps
    }
prove-fault = { $lab }: step `{ $step }`: { $fault }
prove-how = { $how }: { $fault }
prove-plays = plays
prove-types = types
prove-played = played
prove-later = played, a moment later
prove-typed = typed by hand
prove-early = already true before it: { $expect }
prove-refused = the step expects { $errno }, but: { $surprise }
prove-no-refused = the step has no `refused`, but: { $surprise }
prove-no-choice = no choice is right in the state after the step
prove-choices = { $count } choices are right at once
prove-no-answer = `then_ask` has no answer in this state: { $expect }
prove-not-reached = not reached
prove-other-calls = { $lab }, step { $step }: the typed lines do not make calls that the actions make: { $calls }
prove-undo = undo leads to another state: { $difference }
prove-undone = undo
prove-no-host = no lab host could be built
prove-slow = the lab host did not get as far as this step: nothing was done on the way for { $seconds } seconds
prove-typing = typed by hand leads to another state: { $difference }
differ-missing = { $name } is missing
differ-but = { $name }: { $one } but { $other }
prove-leaves = played, it leaves something on the machine
prove-left = leaves { $path } on the machine

## The settings

set-language = language: `{ $tag }` is none of { $tags }
set-no-key = keys: `{ $word }` is no key: a letter, f1 to f12, insert or delete, with ctrl- or alt- before it
set-no-action = keys: there is no action `{ $word }`; there are { $names }
set-none = keys: { $name } has no key
set-digit = keys: `{ $letter }` chooses answers and panels
set-fixed = keys: `{ $letter }` has a fixed meaning
set-held = keys: `{ $word }` cannot be set: the terminal, the leader or isolab takes it
set-twice = keys: `{ $letter }` is given to { $one } and to { $other }
set-taken = keys: `{ $letter }` is there for { $name }; give that another key, too
set-look = look: there is no `{ $name }`; there are { $names }
set-theme-there = themes: `{ $name }` is a look of isolab; call yours otherwise
set-colour = colours: `{ $word }` is no colour: a name, a number from 0 to 255, or "#rrggbb"
set-leader = leader: `{ $word }` cannot be it; try ctrl-g
image-ask = This lab begins with an image. Do you have one of your own, an OCI layout or what `docker save` wrote? Then type its path. With Enter alone it builds one from the programs of this machine.
title-image = An image of your own?
image-refused = { $path }: { $why }
image-no-layout = { $path } is a directory without a file oci-layout: `skopeo copy docker://alpine oci:DIRECTORY` makes an OCI layout
image-no-file = { $path } is no file and no OCI layout
image-strange = { $path }: { $entry } is a link, a pipe, a socket or a device. An image is made of files and directories alone.
image-deep = { $path }: { $entry } is nested too deep for an OCI layout
image-too-large = { $path } has { $size } MiB; a lab host has room for { $most }
image-unwanted = { $lab } takes no image
key-export = take it along
help-export = at the end of a lab: write it to a file, as a shell script
export-done = All lines of this lab are in `{ $file }` now. The script runs without isolab, as root, on a machine with control groups of version 2, and takes away what it made.
export-refused = { $file } could not be made in the present directory: { $why }
export-unfit = This lab makes no script: its step `{ $step }` uses `{ $program }`, a small program of isolab's own.

## In front of a class

key-onward = on
key-blank = blank
key-auto = auto
key-auto-ends = ends going on by itself
key-shell = type
key-script = to script
key-ordinary = ordinary
key-to-step = go to the step
key-skip = pass over
help-present = present to a class: large, one thing at a time; the same key leads back
help-onward = on: a line that is being typed is completed, no more
help-present-back = back to the step before
help-present-jump = to the step of that number
help-present-ends = to the first, to the last step
help-blank = a blank screen, until the next key
help-auto = go on by itself, with pauses; any key ends it
help-free = type freely in the shell that acts
help-script = after that, back to the script: the step begins anew where something was run
help-ordinary = the ordinary screen
present-jump = go to step { $step }▏
present-left = { $time } · { $minutes } min left
present-over = { $time } · { $minutes } min over
present-waits = going back…
present-auto = by itself
present-action = { $number } of { $all } · { $actor } types
present-observes = Done; the kernel is still being watched for what is to come of it.
present-reached = { $count ->
        [one] the check holds
       *[other] all { $count } checks hold
    }
size-form = columns and rows, as 120x40, from 80x24 to 500x200
rehearsed-ok = { $step }: OK
rehearsed-not = { $step }: not played
rehearsed-fault = { $step }: { $fault }
rehearsed-back = one step back: median { $median }, worst { $worst } ({ $ahead })
rehearsed-ready = made ready before within: median { $median }, worst { $worst }
rehearsed-jumps = { $count ->
        [one] 1 jump
       *[other] { $count } jumps
    }: median { $median }, worst { $worst }
rehearsed-bad = { $lab }: { $faults ->
    [one] one thing would go wrong
   *[other] { $faults } things would go wrong
 }
rehearsed-good = { $lab }: { $steps ->
        [one] 1 step plays, fits on { $columns } x { $rows }, and can be gone back and jumped to
       *[other] { $steps } steps play, fit on { $columns } x { $rows }, and can be gone back and jumped to
    }; it takes { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }
cut-title = the title takes { $taken } columns of { $room }
cut-text = { $what } takes { $taken } rows of { $room }
cut-line = the line takes { $taken } rows of { $room }: { $line }
slide-opening = the text
slide-question = the question
slide-answer = the answer
slide-explanation = the explanation
slide-recap = the recap
# replay
journal-refused = The run could not be written down in { $file }: { $why }
journal-full = { $file } is as long as a journal may be: { $length } MiB before it is compressed, or { $lines } moments. No more of the run is written down; what is there can be replayed.
journal-died = isolab itself failed while it wrote the run down. What was written before can be replayed.
journal-slow = No more of the run is written down in { $file }: the disk is slower than the run. What is there can be replayed.
journal-unread = { $file } cannot be replayed: { $why }
journal-none = it is no journal of isolab. `isolab play LAB --journal FILE` writes one.
journal-newer = a later isolab wrote it, in format { $version }.
journal-too-much = There is more in the journal than isolab reads: at most { $bytes } MiB in { $lines } lines, and { $line } MiB in one of them.
journal-line = its line { $line } cannot be read. It was changed, or damaged.
journal-lab = its line 1 has a lab that cannot be played: { $why }
journal-torn = It ends in the middle of its line { $line }. What came before is there.
journal-sum = Something in or before its line { $line } is not what was written: a checksum does not fit. It was changed, or damaged.
journal-cut = { $file } breaks off after its line { $line }: isolab was killed while it wrote it. What came before is there.
replay-live = live · ← back · q leave
replay-torn = what comes next cannot be read
replay-over = the run has ended, or is not shared any longer
replay-still = stopped
replay-cut = seen in part: the run had { $columns } columns and { $rows } rows
key-space = Space
replay-hold = stop or go on
replay-steps = steps
replay-speed = speed
replay-to-live = live

## isolab export
ho-made = About { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }. Made by isolab { $version } from its lab { $lab }; what is printed here was said by a real kernel.
ho-contents = Steps
ho-needs = What it needs
ho-needs-linux = Linux, and isolab to play it; each line that is shown can be typed without it
ho-needs-namespaces = namespaces: { $what }
ho-needs-cgroup = controllers of control groups: { $what }
ho-needs-tools = programs: { $what }
ho-needs-kernel = Linux { $what } or later
ho-question = Question
ho-answer = Answer
ho-right = Right: { $numbers }.
ho-right-none = In this run, none of them was right.
ho-right-open = Nobody judges this one.
ho-hint = Hint { $number }
ho-how = Done: { $how }
ho-undone = Not done in this run.
ho-typed = What is typed, and what came of it
ho-typed-calls = System calls of a line that was typed in { $actor }:
ho-terminal = What the terminal of { $actor } showed
ho-calls = System calls
ho-changed = What changed
ho-panel = Panel: { $panel }
ho-checks = Checks
ho-holds = true
ho-holds-not = not true
ho-value = In this run: { $value }
export-unreached = the run does not come to the end of step { $step }
export-instead = A run that was written down elsewhere (isolab play --journal FILE) is exported here too: isolab export FILE
export-stopped = step { $step } was not passed, so there is nothing to be shown of the rest: isolab run { $lab } says more
export-screenless = `{ $option }` says nothing for a shell script

# share
share-refused = Others cannot look on: { $why }
share-slow = Others cannot look on any longer: more happens than can be written down meanwhile.
share-full = Others cannot look on any longer: there is too much to tell those who come later.
follow-none = No run of yours is shared now. `isolab play LAB --share` shares one.
follow-which = Several runs are shared: say which, { $runs }.
follow-unknown = No run `{ $run }` of yours is shared now, but { $runs }.
follow-no-actor = The lab has no actor `{ $actor }`, but { $actors }.
notes-on = go on
notes-back = back
notes-first = first step
notes-scroll = scroll
notes-none = This step has no notes.
notes-asks = Asked before the step:
notes-then-asks = Asked after it:
notes-answer = The answer now: { $answer }
notes-next = Next: { $title }
notes-last = This is the last step.
notes-time = { $now } of { $planned }
notes-left = { $time } left
notes-over = { $time } over
notes-step = this step { $time }
notes-behind = { $time } behind your dry run
notes-ahead = { $time } ahead of your dry run

## Class results

progress-name = a name has 1 to 80 letters, and nothing that is not seen
hand-in-empty = empty
hand-in-damaged = not an export of progress, or damaged: from line { $line }, column { $column } on it is no JSON
hand-in-other = not what `isolab progress --json` writes
hand-in-newer = written by a newer isolab (format { $format }): take that one to read it
hand-in-no-file = not a plain file
hand-in-large = larger than { $most } MiB: no export of progress is
hand-in-deep = folders are nested too deep here
hand-in-link = a link, which is not followed
hand-in-many = this and all that comes after it: { $most } files are enough
hand-in-left = { $file }: left out: { $why }
class-superseded = { $file }: not counted: { $by } is of the same person, and newer
class-two-names = { $file } and { $other } have the number of one person, but not the same name: counted as one. Were they handed on, or made on copies of one machine?
class-apart = { $file } and { $other } have the number of one person, but the newer one knows less: counted as one. Was something forgotten, or are they from copies of one machine?
class-unsigned = { $count ->
        [one] One of the files is from an older isolab and does not say whose it is: it counts as a person of its own, without times.
       *[other] { $count } of the files are from an older isolab and do not say whose they are: each counts as a person of its own, without times.
    }
report-nothing = nothing was handed in that can be read
report-no-lab = in these files nobody has begun a lab `{ $lab }`
report-title = Class results
report-people =
    { $people ->
        [one] Handed in by 1 person
       *[other] Handed in by { $people } people
    }, { $named } of them by name.
report-began = Begun by { $began }, finished by { $finished } ({ $share }).
report-began-times = Begun by { $began }, finished by { $finished } ({ $share }). Of the whole lab, the median time of those who finished is { $median }, the longest { $longest }.
report-step = step { $number }, { $title }
report-step-unknown = step { $id }
report-stopped = Most stopped at { $step }: { $open ->
        [one] the one who has not finished
       *[other] { $here } of the { $open } who have not finished
    }.
report-slowest = Slowest is { $step }: median { $median }, longest { $longest }.
report-wrong = Guessed wrong at { $step }: { $wrong } of { $all }. { $list }
report-choice = { $number } “{ $say }”: { $wrong }
report-choice-unknown = answer { $number }: { $wrong }
report-finished = Finished
report-begun = Begun
report-where = Who is where
report-at = { $place }: { $who }
report-and-more = { $list } and { $count } more
report-files = Files
report-head-lab = lab
report-head-began = began
report-head-finished = finished
report-head-step = step
report-head-done = done
report-head-typed = typed
report-head-shown = shown
report-head-run = run
report-head-skipped = skip
report-head-wrong = wrong
report-head-hints = hints
report-head-time = time
report-head-longest = most
report-head-stopped = stop
report-legend = done: how many did the step and did not skip it, of those who began the lab; typed: by hand; shown: by hand, after the line was put into the prompt; the rest of those who did it had it run by the program, or only read it; wrong: wrong guesses of all guesses, the first of each person; hints: opened in all; time: the median of those who did it, in minutes:seconds, or hours and minutes; most: the longest that anybody was there; stop: how many have not gone on from here. * the most of all steps. The times of all attempts are added up; while nothing is typed or clicked, { $minutes } minutes count at most.
list-comma = { ", " }

## The command line

help-usage = Usage:
help-options = Options:
help-arguments = Arguments:
help-learn = Learn:
help-teach = Teach:
help-write = Write labs:
help-system = System:
help-some-options = [OPTIONS]
help-some-command = [COMMAND]
help-default = { " " }[default: { $value }]
help-exit = Exit status:
usage-no-command = there is no command `{ $name }`
usage-near = ; did you mean { $near }?
usage-no-option = there is no option `{ $name }` here
usage-too-many = `{ $name }` is one word too many here
usage-missing = something is missing: { $what }
usage-no-value = `{ $name }` needs a value
usage-value = `{ $value }` cannot be the value of `{ $name }`: it takes { $valid }
usage-more = `isolab --help` lists the commands, `isolab COMMAND --help` tells of one
