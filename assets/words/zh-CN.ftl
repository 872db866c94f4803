# isolab 的中文文字。

## 最后一行的按键

key-open = 打开
key-up = 上
key-down = 下
key-keys = 按键
key-quit = 退出
key-filter = 过滤
key-all-names = 所有名字
key-unfold = 展开
key-fold = 折叠
key-leads-out = 离开 shell
key-done = ✓ 已完成：
key-not-done = ☐ 未完成：
key-shell-of-step = 本步骤：
key-line-was-for = 那一行属于：
key-guide = 指南
key-next-area = 下一区域
key-type = 放进命令行
key-zoom = 放大
key-leave = 离开
key-run-again = 再运行
key-choose-first = （先作选择）
key-run = 运行
key-next = 下一步
key-finish = 结束
key-build-again = 重建
key-answer = 回答
key-not-now = 先不答
key-focus = 切换区域
key-hint = 提示
key-rebuild = 重建
key-back = 上一步
key-start-over = 重来
key-search = 搜索
key-language = 语言
key-all-labs = 所有实验

## 实验目录

about = 动手搭一个容器，弄懂它怎么工作
no-labs = 没有实验。
minutes = { $count } 分钟
not-here = 这台机器上不行
not-in-order = 文件有问题
same-id = `isolab play { $lab }` 指的是同名的内置实验。这一个要用 `isolab play { $path }`，或在这里按 Enter。

## 指南

the-end = 结束
building = 正在搭建实验主机……
waits-for-you = 同意之后才会搭建实验主机。
throw-away = 一台用完即弃的机器：里面的一切都碰不到真实的机器。
replaying = 正在重放第 { $step } 步之前的各步。
host-gone = 实验主机没有了。
host-gone-help = 真实的机器没有受到任何影响。按 Enter 搭建新的实验主机，并重放此前各步。
all-done = 所有步骤都完成了。
leave-or-back = Enter 离开，u 回到最后一步。
your-task = 你的任务
your-guess = 你的猜测：
guess-first = 先猜一猜：按 1 到 { $count }。
done-typed = 完成，是你亲手做的。
done-shown = 完成，用了指南给出的命令。
done-skipped = 跳过了。
done-read = 读过了。
done = 完成。
guess-right = 你猜对了：
guess-otherwise = 你猜的是另一个：
answer-right = { $answer }：对
answer-wrong = { $answer }：不是那里显示的值，再看看
b-rebuilds = 按 b 重建实验主机，回到这一步。
not-planned = 这不在计划之内。按 Enter 再试一次，按 b 重建实验主机，回到这一步。
so-many-done = 已完成 { $done } / { $all }
no-longer = 曾经成立，现在不再成立
hint-number = 提示 { $number }：
hint-offered = 正好有一条相关的提示：按 h。

## 第一行

host-is = 实验主机：{ $state }
step-of = 第 { $step }/{ $steps } 步
host-lost = 丢失
host-building = 搭建中……
host-waits = 尚未搭建
host-spoilt = 已损坏
host-safe = 安全

## 弹出窗口

esc-closes = Esc 关闭
over-nothing = 一切保持原样
back-yes = 回上一步：重建实验主机，在 shell 里输入过的会丢失
skip-yes = 跳过这一步：由 isolab 完成它，并记为跳过
rebuild-yes = 重建实验主机，直到这一步：在 shell 里输入过的会丢失
rebuild-no = 保持现状
stay-here = 留在这里
title-back = 回上一步？
title-skip = 跳过这一步？
title-rebuild = 重建实验主机？
title-typed = 你不在 shell 里
typed-why = 这些字母是在 shell 之外输入的，那里字母就是命令。它们都没有起作用。可以把它们交给这一步所说的 shell；在那里按 Enter 之前，什么都不会运行。
typed-hand = Enter  交给那个 shell
choice-keys = ↑ ↓ Enter · 其他键关闭
choice-keys-strange = ↑ ↓ Enter · PgUp PgDn 翻看 · Esc 离开
title-keys = 按键
title-steps = 跳到某一步（Enter）
title-over = 重来
title-resumed = 你来过这里
title-leave = 要离开吗？
mark-here = 在这里
mark-passed-over = 跳过了
mark-done = 完成
over-step = 重做这一步，换一台新的实验主机：在 shell 里输入过的会丢失
over-lab = 从第一步重做整个实验：shell 都会结束
forget-all = 全部实验的进度都会被忘掉：步骤、预测、时间。实验和设置保持不变。
forget-all-yes = 全部忘掉
forget-all-no = 保留
left-at = 上次你停在第 { $step } 步：{ $title }
go-on-there = 从那里继续
start-over-first = 从第一步重新开始这个实验
leave-lab = 离开这个实验：它的实验主机和 shell 都会结束；你做到哪一步会记住
end-isolab = 退出 isolab
stay = 留下
then-hint = h 打开提示
then-line = t 把命令放进提示符
own-step = 这一步由你来做：在 shell 里动手（Tab 切换过去）。{ $then }；s 跳过这一步。

## 帮助

help-select-lab = 选择实验
help-open-it = 打开
help-end = 退出 isolab
help-enter = 运行这一步；完成后进入下一步
help-t = 把这一步的命令放进提示符，但不运行
help-choose = 选择答案；没有问题时：切换面板
help-hint = 打开一条提示
help-next = 下一步
help-back = 回到上一步
help-skip = 跳过这一步
help-list = 步骤列表
help-over-all = 重新开始：忘掉全部实验的进度
help-over = 重来：这一步或整个实验
help-rebuild = 重建损坏或丢失的实验主机
help-tab = 下一区域：指南、面板、shell（Shift-Tab 反向）
help-panel = 在面板里：选择面板
help-layers = 在「层」面板里：选择、折叠、展开、过滤
help-mounts = 在「挂载」面板里：折叠或展开实验主机的挂载
help-zoom = 只显示当前区域，或恢复
help-scroll = 滚动
help-leave = 离开实验
help-to-guide = 到指南
help-to-next = 到下一区域
help-to-shell = 到该编号的 shell
help-shell-run = 运行这一步，或继续
help-shell-zoom = 只显示这个 shell，或恢复
help-shell-hint = 下一个提示
help-shell-scroll = shell 先前的输出（也可用 Shift-PgUp）；这些键继续滚动，其他任意键回到底部
help-copy = 在 shell 上拖动鼠标会复制选中的内容，前提是终端允许程序复制（OSC 52）。按住 Shift 时由终端自己选择。
help-send = 把 Ctrl-] 发给 shell
help-shell = shell 会收到除 Ctrl-] 以外的所有按键；Ctrl-] 用来离开：

## 页面、窗格、面板

more-above = ↑ 上面还有
more-below = ↓ 还有 { $lines } 行
more-both = ↑ 上面 { $above } 行，↓ 还有 { $below } 行
not-there-yet = 还没有
shell-ended = 已结束
shell-ended-with = 已结束，状态 { $status }
shell-killed = 已结束，状态 { $status }（128 + { $signal }：被 { $name } 杀死）
shell-anew = 按 Enter 重新开始
shell-anew-said = 这是实验主机自身里的新 shell。已结束的 shell 自己的命名空间和根目录不会给它：在指南里按 b 会重建实验主机，回到这一步。
shell-not-begun = 没有新的 shell：{ $why }
shell-took-nothing = { $actor } 的 shell 已结束，所以什么也没有输入。按 Enter 重新开始。
shell-takes-nothing-yet = { $actor } 的 shell 还不存在：某个步骤会打开它。什么也没有输入。
shell-scrolled = 上移 { $lines } 行 · PgDn、End：向下
guide-strayed = 这一行在 { $there } 里运行了，但它属于 { $meant }：Ctrl-] { $number } 可以到那里。
small = 这个终端太小了。
small-needed = 需要：{ $columns } x { $rows }
small-now = 现在：{ $columns } x { $rows }
small-help = 请把窗口调大，或把字调小。
nothing-observed = 还没有观察到任何东西。
changed = 变化：{ $what }
changed-more = 变化：还有 { $count } 处
bytes = { $count } 字节
panel-namespace = 命名空间
panel-namespace-short = 命名
panel-process = 进程
panel-process-short = 进程
panel-ipc = IPC
panel-ipc-short = IPC
panel-identity = 身份
panel-identity-short = 身份
panel-mount = 挂载
panel-mount-short = 挂载
panel-network = 网络
panel-network-short = 网络
panel-cgroup = 限制
panel-cgroup-short = 限制
panel-overlay = 层
panel-overlay-short = 层
panel-journal = 日志
panel-journal-short = 日志
panel-cut = { $what } 太长，isolab 没有读完：还有 { $more } 项
panel-container = 容器
panel-container-short = 容器
idle-ipc = 这个实验没有哪一步讲 IPC，也没有任何 IPC 对象。
idle-network = 这个实验没有哪一步讲网络：除了环回设备什么都没有。
idle-cgroup = 这个实验没有哪一步讲控制组，也没有建立控制组。

## 面板:命名空间

ns-legend = = 与 host 相同，*+ 自己的（标记相同即同一个），◀ 新的
ns-source = 读自每个 shell 的 /proc/PID/ns/*
ns-tree = 全部，按拥有它们的用户命名空间排列
ns-none = 没有进程
ns-one = 进程 { $pid }
ns-many = { $count } 个进程，从 { $first } 起
ns-in = ，在 { $parent } 之内
ns-descriptor = { $pid } 的描述符 { $fd }
ns-held-other = ，由别的命名空间维持
ns-held = ，由 { $what } 维持

## 面板:进程

ps-inside = 里面
ps-lab = 实验
ps-outside = 外面
ps-process = 进程
ps-source = 读自 /proc/PID/status（NSpid、PPid、State）：里面 = 自己的 pid 命名空间里，外面 = 真实的机器上
ps-orphan = （孤儿，已被收养）
ps-new = （新）
ps-running = 运行
ps-sleeping = 睡眠
ps-device = 等待设备
ps-stopped = 已停止
ps-traced = 被跟踪
ps-zombie = 僵尸：已结束，没人等待它
ps-idle = 空闲
ps-dead = 已死

## 面板:IPC

ipc-source = 读自各命名空间里的 /proc/sysvipc/（msg，shm，sem） 和 /dev/mqueue
ipc-none = 没有对象
ipc-queue = 队列 { $id }  key { $key }  mode { $mode }  { $messages } 条消息，{ $bytes } 字节
ipc-segment = 共享内存 { $id }  key { $key }  mode { $mode }  { $bytes } 字节，挂接 { $attached } 次
ipc-semaphores = 信号量 { $id }  key { $key }  mode { $mode }  一组 { $count } 个
ipc-posix = POSIX 队列 /{ $name }  { $bytes } 字节

## 面板:身份

id-source = 读自 /proc/PID/（status，root，cwd，uid_map，gid_map） 和 uname（2）
id-changed = ◀ 变了
id-power = 管得到
yes = 是
no = 否
id-uid = uid, gid
id-host-name = 主机名
id-root = 根目录
id-directory = 工作目录
id-uid-map = uid 映射
id-gid-map = gid 映射
id-effective = 有效
id-permitted = 允许
id-inheritable = 可继承
id-bounding = 边界
id-ambient = 环境
id-no-new-privs = no new privs
id-seccomp = seccomp
id-power-none = 什么都管不到：没有任何能力
id-power-user = 只有自己的用户命名空间，管不到 { $others }
id-power-some = { $owned }；管不到 { $others }
none = 无
id-one = 里面 { $inside } 即外面 { $outside }
id-range = 里面 { $inside } 即外面 { $outside }
id-all = 全部 { $count } 个
id-some = 41 个中 { $count } 个
id-process = 进程
id-seccomp-off = 关
id-seccomp-strict = strict
id-seccomp-filter = 过滤器

## 面板:挂载

mnt-source = 读自 /proc/PID/mountinfo；挂载点按各自的根目录显示
mnt-root = 根目录 { $path }
mnt-gone = 不再挂载
mnt-none = 看不到任何挂载
mnt-covered = 被盖住
mnt-of-host = 实验主机的 { $count } 个挂载，大家都一样
mnt-only-host = 只有实验主机的挂载

## 面板:网络

net-legend = ● 启用，◐ 无载波，○ 停用，◀ 新的；ping:→请求 ←应答，✕ 到此为止
net-pid = 进程 { $pid }
net-forwards = 转发
net-down = 停用
net-no-carrier = 无载波
net-bridge = 网桥
net-via = 经由 { $address }
net-route = 路由 { $to } 接口 { $dev }
net-neighbour = 邻居 { $address } 接口 { $dev } { $state }
net-learnt = { $bridge } 学到 { $mac } 在 { $port } 之后
net-listens = 监听 { $protocol } { $address } 端口 { $port }
net-unknown-rules = 未知：{ $count } 条规则（{ $table } { $chain }）

## 面板:限制

cg-none = 这个实验没有控制组。
cg-source-2 = 读自各组的 memory.*、cpu.*、pids.*；◀ 这一步开始以来
cg-source-1 = 读自 memory.usage_in_bytes、.limit_in_bytes、cpu.stat、pids.*；◀ 这一步开始以来
cg-v2 = cgroup v2：一棵树，控制器有 { $controllers }
cg-v1 = cgroup v1：每个控制器一棵树：{ $controllers }
cg-frozen = 已冻结
cg-pressure = 压力：等 CPU { $cpu } 秒，等内存 { $memory } 秒
cg-of = { $used } / { $most }
cg-files = 其中文件 { $bytes }
cg-weight = 权重 { $weight }
cg-no-controller = 这个组没有该控制器
cg-no-processes = 没有进程
cg-and-more = { $named } 以及另外 { $more } 个
cg-killed = 被杀
cg-at-limit = 到达上限
cg-throttled = 被限流
cg-refused = 被拒绝

## 面板:层

ov-none = 没有挂载叠加文件系统。
ov-filter = 名字里有：{ $text }
ov-legend = A 新增，M 修改，↑ 上拷，D 删除（whiteout），O 不透明，（…） 看不见；读自各层目录及其 overlay.* 标记
ov-one-more = 下面还有一层：按 z 腾出地方
ov-more-layers = 下面还有 { $count } 层：按 z 腾出地方
ov-not-mounted = 未挂载
ov-work-empty = work: { $dir }，空的
ov-work = work: { $dir }，里面有 { $names }
ov-deleted = 已删除
ov-unread = 还没读完：按 → 读取
ov-more-names = 还有 { $count } 个名字
ov-dir = 目录
ov-link = 链接
ov-special = 特殊
ov-is-gone = 已删除：看不见
ov-is-hidden = 被遮住：看不见
ov-is-merged = 由多层合成的目录
ov-is-left = 不在了
ov-origin = 内容来自 { $layer }
ov-bytes = ，{ $count } 字节
ov-links = ，{ $count } 个名字
ov-owner = 所有者 { $owner }，inode { $inode }
ov-images = 镜像，最上层在前
ov-no-archive = 没有归档
ov-also-in = 也在 { $names } 里
ov-not-unpacked = 未解包

## 面板:日志

log-none = 还什么都没有做。
log-source = isolab 自己发出的调用；在 shell 里输入的看不到调用
log-under-way = 进行中
log-played = 自动运行
log-typed = 亲手
log-shown = 亲手，用了给出的命令
log-skipped = 跳过
log-read = 读过
log-refused = 被拒绝：{ $call }：{ $why }
log-exit = 退出状态 { $status }

## 面板:容器

ct-none = 还没有容器：还没有哪个 shell 有自己的命名空间或根目录。
ct-source = · 第 N 步：由这一步变成这样，◀ 当前这一步；根据其他面板的事实汇总
ct-step = 第 { $number } 步
ct-guests = 里面还有 { $names }
ct-of-host = 与 host 相同
ct-log = 日志
ct-root = 根目录
ct-power = 权限
ct-own = 自己的：{ $kinds }
ct-with = 与 { $others } 共用：{ $kinds }
ct-like-host = host 的：{ $kinds }
ct-host-name = 主机名 { $name }
ct-directory = 目录 { $path }
ct-upper-empty = { $dir }（空）
ct-upper-written = { $dir }（写入 { $written } 个）
ct-upper-changed = { $dir }（写入 { $written } 个，删除 { $deleted } 个）
ct-read-only = 只读
ct-masked = 遮住 { $count } 处
ct-mounts-read-only = 只读挂载 { $count } 处
ct-no-link = 除 lo 外没有接口
ct-up = 启用
ct-cable = ⇄ { $place } 的 { $peer }
ct-plugged = ⇄ { $place } 的 { $peer }，接在网桥 { $bridge } 上
ct-group = 控制组 { $name }
ct-uid = uid { $uid }，gid { $gid }
ct-uid-inside = 里面 uid { $inside }，实验主机里 { $uid }
ct-ids = 映射：{ $map }
ct-no-capability = 没有任何能力
ct-all-capabilities = 全部 { $count } 个能力
ct-capabilities = { $all } 个能力中的 { $count } 个
ct-capabilities-named = { $all } 个能力中的 { $count } 个：{ $names }
ct-more = 另有 { $count } 个
ct-shared = 共用
ct-alone = { $name } 独有
ct-layers = 下层 { $names }
ct-bridge = 网桥 { $names }
ct-spaces = 命名空间 { $kinds }
ct-kernel = 同一个内核

## 发生的变化

df-of = { $name }：{ $what }
df-which = { $name } { $what }
df-text = { $actor }：{ $what } { $then } → { $now }
df-ended = { $actor } 的 shell 已结束（状态 { $status }）
df-shell = { $actor } 现在有 shell 了（pid { $pid }）
df-called = { $actor }：它的网络命名空间名叫 { $name }
df-netns = 有了网络命名空间 { $name }
df-no-netns = 网络命名空间 { $name } 不在了
df-ns-host = { $actor } 在 host 的 { $kind } 命名空间里
df-ns-other = { $actor } 现在在 { $other } 的 { $kind } 命名空间里
df-ns-own = { $actor } 现在有自己的 { $kind } 命名空间（{ $inode }）
df-hostname = 主机名
df-root = 根目录
df-cwd = 工作目录
df-ids = { $actor }：ID { $then } → { $now }
df-capabilities = { $actor }：有效能力 { $then } → { $now } 个
df-mounted = { $actor } 看到 { $kind } 挂载在 { $target }
df-unmounted = { $actor }：{ $kind } 不再挂载在 { $target }
df-queues = { $actor } 看到 { $now } 个消息队列（之前：{ $then }）
df-segments = { $actor } 看到 { $now } 个共享内存段（之前：{ $then }）
df-semaphores = { $actor } 看到 { $now } 个信号量组（之前：{ $then }）
df-posix = { $actor } 看到 { $now } 个 POSIX 队列（之前：{ $then }）
df-started = 开始：{ $name }（{ $pid }）
df-over = 结束：{ $name }（{ $pid }）
df-another = 别的进程
df-orphan = 孤儿：{ $by }（{ $parent }）收养了 { $name }（{ $pid }）
df-link-new = 接口 { $name } 出现了
df-link-gone = 接口 { $name } 不在了
df-rule = 一条规则：{ $hook } { $rule }
df-unknown-rules = { $count } 条看不懂的规则：{ $hook }（{ $table } { $chain }）
df-address = 有了地址 { $address }
df-no-address = 不再有地址 { $address }
df-no-port = 不再是 { $bridge } 的端口
df-port = 成了 { $bridge } 的端口
df-mac = 硬件地址是 { $mac }
df-mtu = 最大包长 { $bytes } 字节
df-listens = { $protocol } 端口 { $port } 开始监听
df-listens-no = { $protocol } 端口 { $port } 不再监听
df-route-gone = 到 { $to } 的路由（接口 { $dev }）没有了
df-route = 到 { $to } 的路由，接口 { $dev }
df-route-via = 到 { $to } 的路由，经由 { $via }，接口 { $dev }
df-learnt = 后面学到了 { $count } 个硬件地址
df-another-link = 现在是另一个接口
df-up = 被启用
df-down = 被停用
df-carrier = 有载波了
df-no-carrier = 失去了载波
df-forwarding = 转发已打开
df-no-forwarding = 转发已关闭
df-group = 出现了控制组 { $group }
df-no-group = 控制组 { $group } 不在了
df-frozen = { $group }：已冻结
df-thawed = { $group }：不再冻结
df-killed = { $group }：因内存不足被杀死 { $count } 次
df-refused = { $group }：拒绝新进程 { $count } 次
df-joined = { $name }（{ $pid }）现在在控制组 { $group } 中
df-overlay = { $merged } 上挂载了叠加文件系统
df-no-overlay = { $merged } 上的叠加文件系统不再挂载
df-entry-gone = { $path } 没有了
df-created = 被创建
df-whiteout = 被 whiteout 删除
df-opaque = 变为不透明
df-hidden = 被上层遮住
df-again = 又看得见了
df-copied = 被上拷
df-entry-changed = 被修改
df-mode = 权限变了
df-image = 镜像 { $name }：{ $count } 层
df-image-now = 镜像 { $name }：{ $then } → { $now } 层
df-image-gone = 镜像 { $name } 没有了

## 检查

of-them = 共 { $count } 个
check-too-costly = 这项检查的计算量过大，无法判断：这是实验本身的错误，不是你的错
check-cut = 无法判断：{ $fact } 太长，isolab 没有读完，还有 { $more } 项
check-nothing-run = 还什么都没有运行
check-no-shell = { $actor } 还不存在：它没有 shell
check-no-shell-before = 这一步之前 { $actor } 不存在：它没有 shell
check-no-step = 步骤 `{ $step }` 还没有做
check-no-link = { $of } 还没有接口 { $link }
check-no-group = 还没有控制组 { $name }
check-no-overlay = 还没有叠加文件系统 { $name }
check-no-image = 还没有镜像 { $name }
check-no-netns = 还没有网络命名空间 { $name }
check-no-fact = 还没有 { $fact }

## 新增

help-search = 在标题和正文里搜索
help-language = 切换语言
play-next = 接着做
nothing-found = 什么都没找到。
account-steps = 步骤：亲手 { $hand }，用给出的命令 { $shown }，自动运行或阅读 { $played }，跳过 { $skipped }。
account-guesses = 猜测：{ $all } 次中猜对 { $right } 次。
account-hints = 打开的提示：{ $count } 条。
story-done = 已完成。
story-left = 停在第 { $step } 步：{ $title }
story-hand = { $steps } 步中亲手做了 { $hand } 步。
story-after = 最好先做：{ $labs }
ids-in-words = 实验主机：{ $what }

## isolab progress

progress-none = 还什么都没做过：运行 `isolab` 打开实验目录。
progress-forgotten = { $lab }：已忘记
progress-nothing = { $lab }：没有可忘记的
progress-done = 已完成
progress-at = 停在 { $step }
progress-begun = 已开始
progress-line = { $state }；尝试 { $attempts } 次；亲手 { $hand } 步，自动 { $played } 步，跳过 { $skipped } 步；猜中 { $right } / { $guesses }

## 逐行模式

plain-over = 输入 l 从第一步重新开始。
plain-shown = 命令已放进那个 shell 的提示符；输入 `ACTOR$` 原样运行，或输入你自己的命令。
plain-unknown = 「{ $line }」在这里没有意义；？ 列出可用的命令。给 shell 的命令以它的名字开头：host$ ls
plain-own = 这一步由你来做：输入给 shell 的命令，例如 host$ ls。h：提示；s：跳过这一步。
plain-no-hint = 没有更多提示了。
plain-go = g 加 1 到 { $last } 的数字跳到那一步。
plain-help-typed = ACTOR$ LINE 把一行命令输入该角色的 shell:host$ ls；只写 ACTOR$ 则在那里按 Enter。
plain-help-step = Enter 运行这一步或继续。1 到 4 选择答案；其他文字回答步骤之后的问题。
plain-help-look = t：命令放进提示符；h：提示；c：这一步的情况；d：变化；p：面板；p1 到 p9、p0：别的面板。
plain-help-go = n：下一步；u：上一步；s：跳过；g 数字：跳到某步；r：重做这一步；l：重做实验；b：重建；L：语言；q：离开。
help-look = 换一套颜色
settings-wrong = 设置无效：{ $why }（{ $file }）
settings-no-file = 它不是普通文件
settings-long = 它超过 { $most } KiB

## 词语和卡片

help-words = 解释这一步里的词语
say-first-step = 这是第一步：前面没有了。
say-at-the-end = 实验已到末尾。
say-export-later = 实验做完后才能写出脚本。
say-no-key = { $key } 在这里没有作用。? 列出按键。
say-no-key-led = Ctrl-] { $key } 没有作用。Ctrl-] ? 列出按键。
say-no-shell = 这个实验没有 { $number } 号 shell。
say-answers = 1 到 { $count } 回答问题，5 到 0 显示其他面板。
say-running = 这一步正在运行。
say-building = 正在建立实验主机。
say-answer-first = 先回答问题：1 到 { $count }。
say-not-done = 这一步还没有完成。Enter 运行它。
say-question-left = 问题还没有回答。再按一次同样的键就继续。
say-done-already = 这一步已完成：没有要输入的了。
say-no-hint = 没有更多提示了。
say-waits = 各行都已运行。还缺：{ $what }
say-look = 颜色：{ $look }
say-no-colours = 这个终端不显示颜色。
help-lens = 敲入的命令所做的系统调用：少量、全部、关闭
help-shell-lens = 敲入的命令所做的系统调用：少量、全部、关闭
say-lens-folded = 系统调用：每行命令下显示少量。“日志”面板里有全部。
say-lens-unfolded = 系统调用：每行命令下显示全部。
say-lens-off = 不再观察敲入命令的系统调用。
say-lens-refused = 这里无法观察敲入命令的系统调用：{ $why }
say-lens-ended = 对系统调用的观察已被结束；shell 照常运行。{ $key } 重新开始观察。
lens-more = + 另外 { $calls } 个调用
lens-others = + 其他 { $calls } 个调用
lens-process = { $pid } { $program }
lens-status = ，结束状态 { $status }
lens-busy = ，太忙，不再观察：每秒 { $rate } 个调用
lens-traced = ，未观察：正被另一个进程跟踪
lens-made = 由 { $parent } 创建
lens-ended-with = 结束状态 { $status }
lens-too-busy = 太忙，不再观察：每秒 { $rate } 个调用
lens-not-watched = 未观察：正被另一个进程跟踪
lens-silent = 观察进程没有任何说明就结束了
lens-typed = 在 { $actor } 中敲入
help-changes = 这一步开始以来的全部变化
title-changes = 这一步开始以来的变化
changes-none = 这一步开始以来没有变化。
help-card = 它的动词和系统调用做什么，检查些什么
title-words = 词语
title-card = 动词、系统调用和检查
words-none = 这一步里没有词汇表中的词语。
words-later = 本实验的其他地方：
card-none = 这一步什么都不做。
card-later = 运行这一步之后会列出系统调用。
title-strange = 来自别处的实验
strange = 这个实验来自 `{ $file }`，不是 isolab 自带的，你也从未做过。它会在自己的实验主机里（碰不到这台机器）使用这些动词：{ $verbs }；并运行：{ $programs }。
strange-gaps = 这台机器保证不了的是：
strange-yes = 开始
strange-no = 离开
plain-strange = Enter 逐步进行；q 离开。
plain-strange-later = Enter 一直进行到第 { $step } 步；q 离开。
record-title = 录制
record-text = 在各个 shell 里动手（Tab 切换过去）。每条命令都写进草稿，附上做同样事情的动词；有所改变的命令结束一步，并带上针对变化的检查。按 Ctrl-] q 再按 y 结束录制并写出文件。
answer-kept = { $answer }（已记下）
help-split = 移动边界：指南变窄、变宽；shell 变矮、变高（也可拖动）
story-track = 「{ $track }」全部完成：{ $labs } 个实验，{ $steps } 步中亲手做了 { $hand } 步，{ $guesses } 次猜测中猜对 { $right } 次。
ids-root = 里面的 root 在外面是 ID { $uid }（共 { $count } 个 ID）
ids-tools = 你自己的 ID，以及 /etc/subuid 里的范围 { $uid }+{ $count }
ids-own = 只有你自己的 ID { $uid }
gap-crash = 实验里的程序崩溃时，机器的崩溃处理程序会收到它的内存：该程序监听一个套接字（kernel.core_pattern 以 @ 开头），或者你的核心文件上限是 0（ulimit -H -c），而这挡不住它
gap-disk = 在这个内核上 /lab 位于 /var/tmp；每秒统计一次占用，达到 512 MiB 时结束实验主机
gap-filter = 这个内核没有系统调用过滤器（seccomp）：实验可以使用命名空间隔不开的密钥和套接字
gap-groups = 你的附加组在实验主机里仍然有效：实验能读写这些组能读写的东西；在 /etc/subuid 里有 ID 范围并装有 newuidmap 时就不会
gap-order = 内存不足时，实验可以设法让机器先结束别的程序
gap-memory = 这里没有控制组限制实验主机的内存；每秒统计一次，达到 1 GiB 时结束实验主机
hint-waits = 卡住了？按 h 打开一条提示。
setup-refused = 这个实验在第一步之前要先备好一些东西，其中一样没能做成。`setup` 的第 { $number } 个动作 `{ $verb }`：{ $why }。要么是实验写错了，要么是这台机器不允许：`isolab doctor` 会说明这台机器允许什么，实验的作者可以改正 `setup`。
checks-folded = 会检查 { $count } 件事，回答之后显示。
check-turned = 不再如此：{ $was }
card-checks = 检查的内容
symptom-later = ……

## 实验主机

host-no-start = 无法启动实验主机：{ $why }
host-no-build = 无法搭建实验主机：{ $stage }：{ $call }({ $args }) => { $errno }
host-is-gone = 实验主机没有了
host-is-gone-why = 实验主机没有了：{ $why }
host-silent = 实验主机在 { $seconds } 秒内没有回应
host-no-shell = { $actor } 没有 shell：{ $why }
host-socket = 与它通信的套接字断开了
host-ended = 它的一号进程已经结束
host-out-of-memory = 它用完了一个实验可用的内存，内核结束了它的进程
host-too-much-disk = 它的文件占用了 { $mib } MiB 磁盘，超过了一个实验的上限，因此被结束
host-too-much-memory = 它占用了 { $mib } MiB 内存，超过了一个实验的上限，为了不拖累机器而被结束
not-refused = 内核本该以 { $errno } 拒绝，却没有拒绝
stage-start = 启动
stage-namespaces = 命名空间
stage-id-maps = ID 映射
stage-ids = 切换 ID
stage-control-group = 控制组
stage-scratch = 临时目录
stage-root = 根文件系统
stage-limits = 限额
stage-filter = 系统调用过滤器
stage-memory = 内存
stage-host-name = 主机名
stage-observer = 观察进程

## 没有装的程序

to-type = { $count ->
   *[other] 想手动输入：没有装 { $packages }
}
absent-package = { $package }：提供 { $programs }
key-install = 装程序
help-install = 安装这台机器上缺少的程序（如果有）
title-install = 程序
install-why = 这台机器上没有这些程序。哪个实验自己要运行其中的程序，目录里会标明做不了；别的实验都能做，只有想亲手输入以它们开头的命令时才需要它们。
install-yes = 安装：isolab 先离开屏幕，装完再回来
install-no = 以后再说
fix-nothing = 程序一个也不缺。
fix-unknown = 不知道这个发行版怎样安装软件包；上面是 Debian 的包名。
fix-command = 用一条命令就能装好：
fix-no-terminal = 没有运行它：这里没有终端，没法询问。
fix-ask = 要运行吗？输入 y 再按 Enter 表示同意，其他都算不同意。
fix-yes = y yes 是
fix-no = 什么也没有安装。
fix-no-sudo = 没有运行它：这里没有 sudo。请以 root 身份运行，去掉 sudo。
fix-not-run = 无法运行它：{ $why }
fix-failed = 它失败了，{ $status }：原因见上面它自己的输出。别的什么也没有改动。
fix-left = 已经运行，但还缺少这些程序：
fix-done = 现在程序都齐了。
fix-back = 按 Enter 回到实验目录。
nothing-plays = 现在这里一个实验也做不了。原因和解决办法见上面。

## 这台机器能做什么

doctor-works = 可用
doctor-missing = 缺少
doctor-open = 缺口
doctor-typed = 手动
doctor-lent = 更好
doctor-fix = 补装
finding-lacks = { $name }：{ $reason }
finding-fix = { $name }：{ $reason }；{ $fix }
try-host = 实验主机
try-host-ids = 实验主机：{ $ids }
try-namespace = { $kind } 命名空间
try-overlay = 叠加文件系统，含 whiteout 和不透明目录
try-lens = 系统调用观察（ptrace）
try-watches = 文件监视（inotify）
try-veth = 一对 veth
try-bridge = 网桥
try-ping = ping
try-nat = 网络地址转换
try-group = 控制组：{ $name }
try-program = 程序 { $name }
try-kernel = Linux { $oldest } 或更新的版本
lacks-program = 不在 PATH 里
lacks-kernel = 现在是 Linux { $release }
lacks-status = 退出状态 { $status }：{ $said }
lacks-controller = 在这里创建的控制组得不到控制器 { $name }
lacks-group = { $call }({ $args }) 被拒绝：{ $why }
fix-program = 请安装提供它的软件包
fix-package = 请安装提供它的软件包：在 Debian 和 Ubuntu 上是 { $package }
fix-install = 请安装 { $package }
fix-kernel = 请换用更新的内核
fix-number = 请调大 { $files }
fix-ids = 本程序在这里不能借出这些 ID：它所在的 user 命名空间里 ID 太少，或者外面有东西禁止这样做；请在这个容器外面启动 isolab
fix-sys = 这里的 /sys 是只读的或被遮盖了（容器里常常如此），所以内核不允许再挂载一个：请在容器外面启动 isolab，或让 /sys 可写
fix-proc = 这里的 /proc 有一部分被遮盖了（容器里常常如此），所以内核不允许再挂载一个：请在容器外面启动 isolab，或不要遮盖 /proc
fix-around = 这个程序外面有东西拒绝它：容器、容器的 seccomp 配置、AppArmor 或 SELinux；请在它外面启动 isolab，或者用 sudo 启动
fix-overlay = /lab 所在的文件系统不支持 user 扩展属性：tmpfs 从 Linux 6.6 起支持；在那之前，/var/tmp 必须可写，并且在支持它们的磁盘文件系统上
fix-lens = 如果 `sysctl kernel.yama.ptrace_scope` 显示 3，请在设置它的地方改为 1，然后重启机器：在那之前无法改回；否则请询问这台机器的管理者。没有它所有实验也都能做
fix-watches = 用 sysctl 调大 `fs.inotify.max_user_instances` 和 `fs.inotify.max_user_watches`，或结束监视文件的程序。在此之前 isolab 每秒查看一次
fix-nat = 内核没有带 nf_nat 的 nf_tables：请以 root 运行 modprobe nft_nat nft_masq；或使用带 CONFIG_NF_TABLES 的内核
fix-module = 内核编译时没有包含它，或者模块没有加载
fix-old = 内核太旧，或者编译时没有包含它
fix-userns = 请设置 sysctl kernel.unprivileged_userns_clone=1，或者用 sudo 启动 isolab
fix-apparmor = 在 Ubuntu 23.10 及更新的版本上，需要有 AppArmor 配置允许本程序使用 `userns`，或者设置 sysctl kernel.apparmor_restrict_unprivileged_userns=0；也可以用 sudo 启动 isolab
fix-linux = isolab 需要 Linux 5.12 或更新的版本
fix-see-call = 原因见上面的调用
fix-ask-systemd = 请用 sudo 启动 isolab，或者这样启动：`systemd-run --user --scope -p Delegate=yes isolab`
fix-lend-more = 请用 sudo 启动 isolab，或者让 systemd 把它委托给每个用户的管理进程：运行 `sudo systemctl edit user@.service`，写入 `[Service]` 和 `Delegate=cpu cpuset io memory pids`
fix-filter = 这个程序外面有东西拒绝 clone3：容器的 seccomp 配置，或 systemd 单元的 RestrictNamespaces、SystemCallFilter
fix-userns-root = 这里谁也不能建 user 命名空间：在 chroot 里不行，容器或 sysctl kernel.unprivileged_userns_clone=0 禁止时也不行
fix-group-sudo = 用 sudo 启动 isolab
fix-group-outside = 这里谁也不能建控制组：请在这个容器外面启动 isolab，或把它的控制组挂载为可写
fix-boot-controller = 内核启动时没有启用 { $name }：从内核命令行去掉 `cgroup_disable`，或加上 `cgroup_enable={ $name }`
not-playable = { $lab } 在这台机器上做不了：{ $lacks }

## 进度的保存

book-trouble = 你所做的不会被记住：{ $what }（{ $file }）
book-damaged = 以前的进度读不出来（{ $why }）：原文件保留为 { $file }，另建新文件
book-newer = 文件是更新版本的 isolab 写的，保持原样
book-unmade = 无法创建 { $what }
book-full = 磁盘满了
book-locked = 文件不可写
book-busy = 文件正被别的程序占用
book-bad-rows = 你的进度中有 { $count } 条记录读不懂，已略过（{ $file }）
book-unwritten = 你所做的没有全部被记住：有 { $count } 条记录写不进去（{ $file }）
progress-no-home = 没有家目录，无处保存进度
progress-what = 忘记哪个？写出实验的名字，或者用 --all

## 命令行

list-or = { " 或 " }
list-and = ；
list-same = 有同名的内置实验：isolab play { $path }
list-wrong = 文件有问题：isolab lint { $file }
lab-unknown = 没有叫 `{ $name }` 的实验；`isolab list` 列出全部实验
lab-near = 没有叫 `{ $name }` 的实验；是不是想找 { $near }？
lab-no-file = { $path }：这是{ $what }，实验必须是普通文件
lab-large = { $path }：超过 { $most } 字节，实验不会这么大
lab-none-in = { $path }：这个目录里没有实验（*.yaml）
kind-folder = 目录
kind-pipe = 命名管道
kind-socket = 套接字
kind-device = 设备
kind-else = 别的东西
no-step = { $lab } 没有步骤 `{ $step }`；它有第 1 到第 { $last } 步：{ $ids }
no-terminal = 没有终端可供显示；`isolab run LAB` 不用终端也能运行实验，`isolab list` 列出全部实验
dumb-terminal = 这个终端无法全屏显示（TERM=dumb）：`isolab play LAB --plain` 可以逐行进行实验，`isolab list` 列出全部实验
no-size = 终端没有尺寸，也无法设置（{ $why }）：用 `stty rows 24 columns 80` 设置；`isolab play LAB --plain` 不需要尺寸
no-threads = 无法启动程序的线程
no-memory = 本程序在这里只能使用 { $most } MiB 内存（`{ $limit }`），而它需要 { $least } MiB
file-there = { $path } 已经存在：isolab play { $path } --watch
file-refused = 无法写入 { $path }
clean-removed = 已删除 { $what }
clean-would = 将会删除 { $what }
clean-left-there = isolab：无法删除 { $what }；可用 `isolab clean` 再试
clean-cannot = 无法删除 { $what }
new-no-name = `{ $slug }` 不能作实验的名字：只能用小写字母、数字和连字符
new-made = { $path } 是一个可以通过的实验。边改边看：isolab play { $path } --watch
new-prove = 检查和验证：isolab lint { $path }; isolab test { $path }
record-no-name = `{ $name }` 不能作角色的名字：只能用小写字母、数字和 _，也不能是 host
record-nothing = 什么都没有做，所以没有写 { $file }。
record-made = { $file }：{ $commands } 条命令。草稿只是个开头：isolab lint { $file }; isolab test { $file }
translation-wrong = 已有的译文读不出来
run-true = { "成立    " }
run-not = { "不成立  " }
run-lost = 在这一步里失去了实验主机：{ $why }

## isolab test

prove-good-step = { $lab }：步骤 `{ $step }`：演示、手动输入、撤销都通过
prove-good = { $lab }：{ $steps } 步：自动运行、亲手输入、撤销，全部通过
prove-untyped = { $lab }：自动运行、撤销都通过；这里有些步骤没法亲手输入：
    { $untyped }
prove-step-untyped = 步骤 `{ $step }`：{ $why }
prove-bad = { $lab }：{ $steps } 步中有 { $faults } 处错误
prove-fault = { $lab }：步骤 `{ $step }`：{ $fault }
prove-how = { $how }：{ $fault }
prove-plays = 运行
prove-types = 输入
prove-played = 自动运行
prove-later = 自动运行，稍后再看
prove-typed = 亲手输入
prove-early = 这一步之前就已成立：{ $expect }
prove-refused = 这一步预期 { $errno }，结果却是：{ $surprise }
prove-no-refused = 这一步没有写 `refused`，结果却是：{ $surprise }
prove-no-choice = 在这一步之后的状态里，没有一个选项是对的
prove-choices = 同时有 { $count } 个选项是对的
prove-no-answer = 在这个状态下 `then_ask` 没有答案：{ $expect }
prove-not-reached = 没有达到
prove-other-calls = { $lab }，步骤 { $step }：敲入的命令没有做动作所做的这些调用：{ $calls }
prove-undo = 撤销之后的状态不同：{ $difference }
prove-undone = 撤销
prove-no-host = 无法搭建实验主机
prove-slow = 实验主机没有推进到这一步：途中有 { $seconds } 秒毫无进展
prove-typing = 亲手输入之后的状态不同：{ $difference }
differ-missing = 缺少 { $name }
differ-but = { $name }：一个是 { $one }，另一个是 { $other }
prove-leaves = 自动运行之后，在机器上留下了东西
prove-left = 在机器上留下了 { $path }

## 设置

set-language = language：`{ $tag }` 不是 { $tags } 之一
set-no-key = keys：`{ $word }` 不是按键：应为一个字母、f1 到 f12、insert 或 delete，前面可以加 ctrl- 或 alt-
set-no-action = keys：没有动作 `{ $word }`；可用的有 { $names }
set-none = keys：{ $name } 没有按键
set-digit = keys：`{ $letter }` 用来选答案和面板
set-fixed = keys：`{ $letter }` 的含义是固定的
set-held = keys：`{ $word }` 不能设置：终端、引导键或 isolab 要用它
set-twice = keys：`{ $letter }` 同时给了 { $one } 和 { $other }
set-taken = keys：`{ $letter }` 是 { $name } 的键；请给它也换一个键
set-look = look：没有 `{ $name }`；可用的有 { $names }
set-theme-there = themes：`{ $name }` 是 isolab 自带的外观；请换个名字
set-colour = colours：`{ $word }` 不是颜色：应为颜色名、0 到 255 的数字，或者 "#rrggbb"
set-leader = leader：`{ $word }` 不行；可以试试 ctrl-g
image-ask = 这个实验从一个镜像开始。你有自己的镜像吗（OCI 布局，或 `docker save` 写出的文件）？有就输入它的路径。直接按 Enter，就用本机的程序制作一个。
title-image = 用自己的镜像？
image-refused = { $path }：{ $why }
image-no-layout = { $path } 是目录，但里面没有 oci-layout 文件：`skopeo copy docker://alpine oci:目录` 可以制作 OCI 布局
image-no-file = { $path } 既不是文件，也不是 OCI 布局
image-strange = { $path }：{ $entry } 是链接、管道、套接字或设备。镜像只能由文件和目录组成。
image-deep = { $path }：{ $entry } 嵌套太深，不可能是 OCI 布局的一部分
image-too-large = { $path } 有 { $size } MiB；实验主机只容得下 { $most } MiB
image-unwanted = { $lab } 不使用镜像
key-export = 带走
help-export = 实验结束时：写成 shell 脚本，存到文件里
export-done = 这个实验的全部命令已写入 `{ $file }`。脚本不需要 isolab：在有 cgroup v2 的机器上以 root 运行，最后会清理它创建的一切。
export-refused = 无法在当前目录创建 { $file }：{ $why }
export-unfit = 这个实验无法写成脚本：步骤 `{ $step }` 用到了 `{ $program }`，它是 isolab 自带的小程序。

## 上课演示

key-onward = 继续
key-blank = 黑屏
key-auto = 自动播放
key-auto-ends = 停止自动播放
key-shell = 自由输入
key-script = 回到脚本
key-ordinary = 普通界面
key-to-step = 跳到这一步
key-skip = 跳过
help-present = 上课演示：大屏幕，一次只讲一件事；再按一次回到普通界面
help-onward = 继续；正在输入的命令只会一次打完，不会多走一步
help-present-back = 回到上一步
help-present-jump = 跳到这个编号的步骤
help-present-ends = 到第一步、到最后一步
help-blank = 黑屏，按任意键恢复
help-auto = 自动播放，中间有停顿；按任意键停止
help-free = 在正在操作的 shell 里自由输入
help-script = 自由输入之后回到脚本：执行过命令的话，这一步会从头开始
help-ordinary = 普通界面
present-jump = 跳到第 { $step } 步▏
present-left = { $time } · 还剩 { $minutes } 分钟
present-over = { $time } · 超时 { $minutes } 分钟
present-waits = 正在后退…
present-auto = 自动播放
present-action = 第 { $number } 条，共 { $all } 条 · { $actor } 输入
present-observes = 已执行完，正在等内核给出结果。
present-reached = { $count } 项检查全部成立
size-form = 列数和行数，例如 120x40，范围从 80x24 到 500x200
rehearsed-ok = { $step }：没有问题
rehearsed-not = { $step }：没有运行到
rehearsed-fault = { $step }：{ $fault }
rehearsed-back = 后退一步：中位数 { $median }，最慢 { $worst }（{ $ahead }）
rehearsed-ready = 提前准备好用时：中位数 { $median }，最慢 { $worst }
rehearsed-jumps = { $count } 次跳转：中位数 { $median }，最慢 { $worst }
rehearsed-bad = { $lab }：上台会出 { $faults } 处问题
rehearsed-good = { $lab }：{ $steps } 步都能运行，在 { $columns } x { $rows } 的屏幕上显示完整，可以后退和跳转；需要 { $minutes } 分钟
cut-title = 标题占 { $taken } 列，只有 { $room } 列
cut-text = { $what }占 { $taken } 行，只有 { $room } 行
cut-line = 这条命令占 { $taken } 行，只有 { $room } 行：{ $line }
slide-opening = 正文
slide-question = 问题
slide-answer = 答案
slide-explanation = 讲解
slide-recap = 小结
# replay
journal-refused = 无法把运行过程记录到 { $file }：{ $why }
journal-full = { $file } 已达到运行记录的长度上限：压缩前 { $length } MiB，或 { $lines } 个时刻。此后的运行过程不再记录；已写入的部分可以回放。
journal-died = isolab 在记录运行时自身出错。此前写入的部分可以回放。
journal-slow = 运行过程不再记录到 { $file }：磁盘的速度跟不上。已写入的部分可以回放。
journal-unread = 无法回放 { $file }：{ $why }
journal-none = 它不是 isolab 的运行记录。用 `isolab play LAB --journal FILE` 可以生成。
journal-newer = 它由更新版本的 isolab 写成，格式为 { $version }。
journal-too-much = 运行记录过大，isolab 不再读下去：总共最多 { $bytes } MiB、{ $lines } 行，单行最多 { $line } MiB。
journal-line = 它的第 { $line } 行无法读取：文件被改动过，或已损坏。
journal-lab = 它的第 1 行中的实验无法进行：{ $why }
journal-torn = 它在第 { $line } 行中间断开。此前的部分都在。
journal-sum = 第 { $line } 行或它之前的内容与当初写入的不同：校验和不符。文件被改动过，或已损坏。
journal-cut = { $file } 在第 { $line } 行之后断开：isolab 在写入时被强行终止。此前的部分都在。
replay-live = 直播 · ← 回看 · q 离开
replay-torn = 此后的内容无法读取
replay-over = 运行已结束，或不再共享
replay-still = 已暂停
replay-cut = 只显示了一部分：原屏幕为 { $columns } 列 { $rows } 行
key-space = 空格
replay-hold = 暂停/继续
replay-steps = 上/下一步
replay-speed = 速度
replay-to-live = 回到直播

## isolab export
ho-made = 约 { $minutes } 分钟。由 isolab { $version } 根据实验 { $lab } 生成；这里打印的内容都来自真实的内核。
ho-contents = 步骤
ho-needs = 需要什么
ho-needs-linux = Linux，以及用来运行它的 isolab；所列的每条命令不用 isolab 也能输入
ho-needs-namespaces = 命名空间：{ $what }
ho-needs-cgroup = cgroup 控制器：{ $what }
ho-needs-tools = 程序：{ $what }
ho-needs-kernel = Linux { $what } 或更新
ho-question = 问题
ho-answer = 答案
ho-right = 正确的是：{ $numbers }。
ho-right-none = 这次运行中没有一个是对的。
ho-right-open = 这一题没有标准答案。
ho-hint = 提示 { $number }
ho-how = 完成方式：{ $how }
ho-undone = 这次运行没有做这一步。
ho-typed = 输入的命令和输出
ho-typed-calls = 在 { $actor } 中敲入的一行所做的系统调用：
ho-terminal = { $actor } 的终端显示了什么
ho-calls = 系统调用
ho-changed = 发生了什么变化
ho-panel = 面板：{ $panel }
ho-checks = 检查
ho-holds = 成立
ho-holds-not = 不成立
ho-value = 这次运行中：{ $value }
export-unreached = 这次运行没有走到步骤 { $step } 的末尾
export-instead = 在别处记录的运行（isolab play --journal 文件）也可以在这里导出：isolab export 文件
export-stopped = 步骤 { $step } 没有通过，后面的内容无法展示：运行 isolab run { $lab } 可了解详情
export-screenless = `{ $option }` 对 shell 脚本没有意义

# share
share-refused = 无法让其他终端观看：{ $why }
share-slow = 其他终端不能再观看：运行产生的内容来不及写下。
share-full = 其他终端不能再观看：需要告诉后来者的内容太多。
follow-none = 现在没有共享的运行。用 `isolab play LAB --share` 可以共享。
follow-which = 有多个共享的运行，请指定其中一个：{ $runs }。
follow-unknown = 你现在没有分享名为 `{ $run }` 的运行，只有 { $runs }。
follow-no-actor = 这个实验没有角色 `{ $actor }`，只有 { $actors }。
notes-on = 继续
notes-back = 后退
notes-first = 第一步
notes-scroll = 滚动
notes-none = 这一步没有讲稿。
notes-asks = 步骤之前的提问：
notes-then-asks = 步骤之后的提问：
notes-answer = 此刻的答案：{ $answer }
notes-next = 下一步：{ $title }
notes-last = 这是最后一步。
notes-time = { $now } / { $planned }
notes-left = 剩余 { $time }
notes-over = 超时 { $time }
notes-step = 本步 { $time }
notes-behind = 比彩排慢 { $time }
notes-ahead = 比彩排快 { $time }

## 班级结果

progress-name = 名字要有 1 到 80 个字，不能含有不可见字符
hand-in-empty = 是空的
hand-in-damaged = 不是导出的进度，或者已损坏：从第 { $line } 行第 { $column } 列起不是 JSON
hand-in-other = 不是 `isolab progress --json` 写出的内容
hand-in-newer = 由更新版本的 isolab 写出（格式 { $format }）：请用那个版本读取
hand-in-no-file = 不是普通文件
hand-in-large = 超过 { $most } MiB：导出的进度不会这么大
hand-in-deep = 这里的目录嵌套太深
hand-in-link = 是链接，不跟随
hand-in-many = 从这个文件起都不再读取：最多 { $most } 个文件
hand-in-left = { $file }：未计入：{ $why }
class-superseded = { $file }：不计入：{ $by } 属于同一个人，而且更新
class-two-names = { $file } 和 { $other } 的编号属于同一个人，名字却不同：按一个人计。是转交的文件，还是在同一台机器的副本上做的？
class-apart = { $file } 和 { $other } 的编号属于同一个人，较新的内容反而更少：按一个人计。是忘记过什么，还是来自同一台机器的副本？
class-unsigned = 有 { $count } 个文件来自旧版 isolab，没有说明是谁的：每个文件按一个人计，没有用时。
report-nothing = 没有能读取的提交文件
report-no-lab = 这些文件里没有人开始过实验 `{ $lab }`
report-title = 班级结果
report-people = { $people } 人提交，其中 { $named } 人署名。
report-began = { $began } 人开始，{ $finished } 人完成（{ $share }）。
report-began-times = { $began } 人开始，{ $finished } 人完成（{ $share }）。整个实验的用时（只算完成者）：中位数 { $median }，最长 { $longest }。
report-step = 第 { $number } 步「{ $title }」
report-step-unknown = 步骤 { $id }
report-stopped = 停下的人最多：{ $step }，{ $open } 个未完成者中有 { $here } 人。
report-slowest = 用时最长：{ $step }，中位数 { $median }，最长 { $longest }。
report-wrong = 猜错：{ $step }，{ $all } 人中有 { $wrong } 人。{ $list }
report-choice = { $number }「{ $say }」：{ $wrong } 人
report-choice-unknown = 选项 { $number }：{ $wrong } 人
report-finished = 已完成
report-begun = 已开始
report-where = 谁在哪一步
report-at = { $place }：{ $who }
report-and-more = { $list } 等，另有 { $count } 人
report-files = 文件
report-head-lab = 实验
report-head-began = 开始
report-head-finished = 完成
report-head-step = 步骤
report-head-done = 做完
report-head-typed = 亲手
report-head-shown = 照做
report-head-run = 自动
report-head-skipped = 跳过
report-head-wrong = 猜错
report-head-hints = 提示
report-head-time = 用时
report-head-longest = 最长
report-head-stopped = 停留
report-legend = 做完：开始实验的人中做了这一步而没有跳过的人数；亲手：自己输入；照做：命令放进提示符后自己运行；做完的其余人由程序运行，或只需阅读；猜错：猜错的占全部猜测的比例，每人只计第一次；提示：总共打开的条数；用时：做过的人的中位数，分:秒，或小时 h 分；最长：在这一步停留最久的人；停留：还没有从这一步继续的人数。* 表示在各步中最多。各次尝试的用时相加；没有任何输入或点击的时间最多计 { $minutes } 分钟。
list-comma = 、

## 命令行

help-usage = 用法：
help-options = 选项：
help-arguments = 参数：
help-learn = 学习：
help-teach = 教学：
help-write = 编写实验：
help-system = 系统：
help-some-options = [选项]
help-some-command = [命令]
help-default = （默认：{ $value }）
help-exit = 退出状态：
usage-no-command = 没有命令 `{ $name }`
usage-near = ；是不是想用 { $near }？
usage-no-option = 这里没有选项 `{ $name }`
usage-too-many = 这里多了一个词：`{ $name }`
usage-missing = 还缺少：{ $what }
usage-no-value = `{ $name }` 需要一个值
usage-value = `{ $value }` 不能作为 `{ $name }` 的值：可以是 { $valid }
usage-more = `isolab --help` 列出各个命令，`isolab 命令 --help` 说明其中一个
