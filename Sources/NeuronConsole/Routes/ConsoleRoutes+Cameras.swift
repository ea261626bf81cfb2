import HTTPTypes
import Hummingbird
import NIOCore
import NeuronCore

extension ConsoleRoutes {
    var cameras: [ConsoleRoute] {
        [
            ConsoleRoute(.get, "/api/v1/cameras") { _ in
                Response(["cameras": JSONValue(try await feed.cameras().map(\.json))])
            },
            ConsoleRoute(.get, "/api/v1/cameras/{id}") { request in
                guard let camera = try await feed.camera(try request.camera()) else { throw Self.noCamera }
                return Response(camera.json)
            },
            ConsoleRoute(.get, "/api/v1/cameras/{id}/picture.jpg") { try await picture($0) },
            ConsoleRoute(.get, "/api/v1/cameras/{id}/live.mjpeg") { try await live($0) },
            ConsoleRoute(.get, "/api/v1/cameras/{id}/tuning") { request in
                let since = try request.time("since")
                guard let report = await feed.tuning(of: try request.camera(), since: since) else {
                    throw Self.noCamera
                }
                return Response(report.json)
            },
        ]
    }

    static let noCamera = ConsoleProblem(.notFound, "There is no camera of that name.")

    private static let noPicture = ConsoleProblem(
        .unavailable,
        "The camera has no picture now, or too many are asking.",
        retryAfter: 2
    )

    private static let noneToCome = ConsoleProblem(
        .unavailable,
        "The camera is lost, has ended or has not begun, and what it showed last is not what it shows now.",
        retryAfter: 10
    )

    /// Pictures of a camera that there is, and whether some are coming now.
    private func source(
        of camera: SensorID
    ) throws(ConsoleProblem) -> (pictures: any LivePictureSource, isComing: Bool) {
        guard let state = feed.state(of: camera) else { throw Self.noCamera }
        guard let pictures = feed.pictures else {
            throw ConsoleProblem(.unavailable, "This daemon makes no live pictures.")
        }
        return (pictures, state == .up || state == .degraded)
    }

    /// Nobody waits for the picture of a camera that shows none: whoever does keeps a place from those who look at others.
    private func picture(_ request: ConsoleRequest) async throws -> ConsoleReply {
        let (camera, isAnnotated) = (try request.camera(), try request.flag("annotate"))
        let (pictures, isComing) = try source(of: camera)
        guard isComing else { throw Self.noneToCome }
        guard let place = pictureStreams.enter() else { throw Self.noPicture }
        guard let picture = await pictures.latestPicture(of: camera, annotated: isAnnotated) else {
            throw Self.noPicture
        }
        withExtendedLifetime(place) {}
        var response = Response(picture.jpeg, type: "image/jpeg")
        response.headers[.lastModified] = HTTPDate.text(picture.takenAt)
        return response
    }

    private static let boundary = "neurond-picture"

    /// Pictures one after the other in one answer, for an `img`; a slow viewer misses some.
    private func live(_ request: ConsoleRequest) async throws -> ConsoleReply {
        let (camera, isAnnotated) = (try request.camera(), try request.flag("annotate"))
        let (pictures, _) = try source(of: camera)
        guard let place = pictureStreams.enter() else { throw Self.noPicture }
        let type = "multipart/x-mixed-replace; boundary=\(Self.boundary)"
        return stream(request, type: type, place) { write in
            for await picture in pictures.pictures(of: camera, annotated: isAnnotated) {
                let head = """
                    --\(Self.boundary)\r\nContent-Type: image/jpeg\r\nContent-Length: \(picture.jpeg.count)\r
                    X-Taken-At: \(picture.takenAt)\r\n\r\n
                    """
                try await write(Array(head.utf8) + picture.jpeg + Array("\r\n".utf8))
            }
        }
    }
}
