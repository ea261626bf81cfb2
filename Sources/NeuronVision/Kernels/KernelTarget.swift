import CVisionKernels

/// An instruction set that the kernels were compiled for and that this machine can run.
///
/// Results do not depend on it; only the time they take does.
package struct KernelTarget: Sendable, Hashable, CustomStringConvertible {
    /// Highway's name for it: `AVX2`, `NEON`.
    package let name: String
    let handle: Int32

    private init(index: Int32) {
        name = String(cString: nd_target_name_at(index))
        handle = nd_target_at(index)
    }

    /// Every target of this machine, the best one first; at least one.
    package static let available: [KernelTarget] = (0..<nd_target_count()).map(KernelTarget.init(index:))

    /// The fastest target of this machine.
    package static let best = KernelTarget(index: 0)

    /// The environment variable that forces a target, for tests and for the hunt for differences.
    package static let environmentVariable = "NEUROND_KERNELS"

    /// The target that the environment names, or the best one where it names none; read once.
    ///
    /// A failure is for the program to print at its start: it must not run with other kernels than it was told to.
    package static let chosen: Result<KernelTarget, KernelTargetError> = Result { () throws(KernelTargetError) in
        try named(nd_forced_target().map { String(cString: $0) })
    }

    /// The target of a name in any case, or the best one for nil and for an empty name.
    package static func named(_ name: String?) throws(KernelTargetError) -> KernelTarget {
        guard let name, !name.isEmpty else { return best }
        guard let target = available.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            throw KernelTargetError(name: name, available: available.map(\.name))
        }
        return target
    }

    package var description: String { name }
}

/// A forced instruction set that this machine or this program does not have.
package struct KernelTargetError: Error, Sendable, Hashable, CustomStringConvertible {
    package var name: String
    package var available: [String]

    package var description: String {
        "Could not run the vision kernels on '\(name)', as \(KernelTarget.environmentVariable) demands: this machine "
            + "offers \(available.joined(separator: ", ")). Name one of them, or unset the variable for the best one."
    }
}
