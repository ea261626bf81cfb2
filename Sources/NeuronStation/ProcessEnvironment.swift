import Glibc

/// The environment that the process was started with.
package enum ProcessEnvironment {
    /// A copy, taken now.
    package static var current: [String: String] {
        var variables: [String: String] = [:]
        // Sound: nothing in this program changes the environment, so the list stays as the kernel made it.
        var entry = environ
        while let text = entry.pointee.map({ String(cString: $0) }) {
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            entry += 1
        }
        return variables
    }
}
