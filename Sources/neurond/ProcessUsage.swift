import Glibc

/// What this process has used so far, by the kernel's own account.
struct ProcessUsage {
    let cpuSeconds: Double
    let peakKibibytes: Int
    /// Memory that is ours alone: no program text, no file pages.
    let anonymousKibibytes: Int

    init() {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        cpuSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        peakKibibytes = usage.ru_maxrss
        anonymousKibibytes = Self.status("RssAnon:") ?? 0
    }

    private static func status(_ field: String) -> Int? {
        guard let file = fopen("/proc/self/status", "r") else { return nil }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) }) {
            guard text.hasPrefix(field) else { continue }
            return text.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        }
        return nil
    }
}
