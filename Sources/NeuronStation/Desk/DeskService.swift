import Logging
import NeuronBus
import NeuronCore
import ServiceLifecycle

/// Keeps the desk's hours: records what falls due, and answers `neurond alerts` at the control socket.
///
/// It goes on while what lies behind the outbox is replaced.
struct DeskService: Service {
    let desk: AlertDesk
    /// Where the control socket is made.
    let stateDirectory: String
    let logger: Logger
    /// Says on the buses that there are now what follows from answers and deadlines.
    let say: @Sendable ([BusPublication]) -> Void

    /// Deadlines are minutes; the desk looks at nothing but a list in memory.
    private static let interval = Duration.seconds(1)

    func run() async throws {
        let socket = makeSocket()
        socket?.start()
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil { say(await desk.tick()) }
        }
        // A caller that is being answered is waited for.
        if let socket { await onOwnThread(named: "control-stop") { socket.stop() } }
    }

    /// A daemon that nobody can ask at the box still does everything else.
    private func makeSocket() -> ControlSocket? {
        do {
            return try ControlSocket(path: stateDirectory + "/" + ControlSocket.name, logger: logger) { line in
                let outcome = await desk.judge(line, at: nil, over: "control")
                say(outcome.publications)
                return outcome.answer ?? []
            }
        } catch {
            logger.error("`neurond alerts` cannot be answered: \(error)")
            return nil
        }
    }
}
