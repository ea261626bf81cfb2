import Foundation
import Glibc
package import NeuronCore

extension ChildProcess {
    /// What a program is given besides its arguments.
    package struct Surroundings {
        /// Descriptors that become its standard ones; `/dev/null` where there is none.
        package var input: Int32?
        package var output: Int32?
        package var errors: Int32?
        /// Variables besides those of this process.
        package var environment: [String: String]
        /// Where it runs; this process's own folder where nil.
        package var directory: String?

        /// Makes them; nothing is taken over, and whoever opened a descriptor closes it.
        package init(
            input: Int32? = nil,
            output: Int32? = nil,
            errors: Int32? = nil,
            environment: [String: String] = [:],
            directory: String? = nil
        ) {
            self.input = input
            self.output = output
            self.errors = errors
            self.environment = environment
            self.directory = directory
        }
    }

    /// Where a program of this package lies that was built with the tests.
    package static func path(ofBuilt name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    static func start(_ words: [String], _ surroundings: Surroundings) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let standard =
            [(0, surroundings.input), (1, surroundings.output), (2, surroundings.errors)] as [(Int32, Int32?)]
        for (number, descriptor) in standard {
            if let descriptor {
                posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            } else {
                posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        // A pipe or a connection of another test that a program inherits would stay open when that test closes it: all of them at
        // the moment of the start, for other threads open more meanwhile.
        // The child passes over those that are not open.
        for descriptor in 3..<descriptorLimit { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        freeSignals(in: &attributes)

        var id = pid_t()
        let words = (surroundings.directory.map { ["/usr/bin/env", "-C", $0] } ?? []) + words
        let arguments = words.map { strdup($0) } + [nil]
        let variables = variables(with: surroundings.environment).map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        let status = posix_spawn(&id, words[0], &actions, &attributes, arguments, variables)
        guard status == 0 else { throw SystemError("start \(words[0])", number: status) }
        return id
    }

    private static var descriptorLimit: Int32 {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int32(min(max(limit.rlim_cur, 3), 4096))
    }

    /// The threads of Swift's pool block most signals, and a program inherits that: it could not be asked to end.
    private static func freeSignals(in attributes: inout posix_spawnattr_t) {
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    /// This process's own, and others in place of those of the same name.
    private static func variables(with more: [String: String]) -> [String] {
        var all: [String] = []
        var next = environ
        while let text = next.pointee {
            let variable = String(cString: text)
            if more[String(variable.prefix { $0 != "=" })] == nil { all.append(variable) }
            next += 1
        }
        return all + more.map { "\($0)=\($1)" }
    }
}

/// Both ends of a pipe, which no program gets unless it is given one.
package struct ClosedPipe {
    package let reading: Int32
    package let writing: Int32

    /// Opens one; both ends are the caller's to close.
    package init() throws(SystemError) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemError("make a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }
}
