import Glibc
import NeuronCore

/// The right to write to an outbox: one process at a time has it, and the kernel takes it back when that process ends.
struct WriterLock: ~Copyable, Sendable {
    private let file: OpenFile

    deinit { file.unlock() }

    /// Takes the lock or says who has it.
    init(path: String) throws(OutboxError) {
        do throws(SystemError) {
            let file = try OpenFile(path: path, flags: O_RDWR | O_CREAT)
            guard try file.lockExclusively() else {
                let holder = try file.read(at: 0, count: 20).filter { (48...57).contains($0) }
                throw SystemError(String(decoding: holder, as: UTF8.self), number: EWOULDBLOCK)
            }
            // Only for the message above; a full disk must not keep the daemon from starting.
            try? file.truncate(to: 0)
            try? file.write(Array("\(getpid())\n".utf8))
            self.file = file
        } catch let error where error.number == EWOULDBLOCK {
            throw OutboxError(
                .locked,
                "Another process (\(error.attempt.isEmpty ? "unknown" : error.attempt)) has the outbox of \(path): "
                    + "stop it first, or give this one another `state` folder."
            )
        } catch let error where [EROFS, EACCES, EPERM].contains(error.number) {
            throw OutboxError(
                .storage,
                "\(error) neurond keeps its alerts there, and user \(geteuid()) must be able to write: make the folder "
                    + "writable, or name another one by `state` in the configuration."
            )
        } catch {
            throw .system(error)
        }
    }
}
