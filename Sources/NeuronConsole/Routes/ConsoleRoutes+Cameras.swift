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
                let id = try request.camera()
                guard let camera = try await feed.cameras().first(where: { $0.id == id }) else { throw Self.noCamera }
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

    /// Pictures of a camera that there is.
    private func source(of camera: SensorID) async throws -> any LivePictureSource {
        guard try await feed.cameras().contains(where: { $0.id == camera }) else { throw Self.noCamera }
        guard let pictures = feed.pictures else {
            throw ConsoleProblem(.unavailable, "This daemon makes no live pictures.")
        }
        return pictures
    }

    private func picture(_ request: ConsoleRequest) async throws -> ConsoleReply {
        let (camera, isAnnotated) = (try request.camera(), try request.flag("annotate"))
        let pictures = try await source(of: camera)
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
        let pictures = try await source(of: camera)
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
