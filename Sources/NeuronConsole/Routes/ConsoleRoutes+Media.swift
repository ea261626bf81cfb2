import HTTPTypes
import Hummingbird
import NIOCore
import NeuronCore

extension ConsoleRoutes {
    var media: [ConsoleRoute] {
        [ConsoleRoute(.get, "/media/{path*}") { try await serveMedia($0) }]
    }

    private static let noFile = ConsoleProblem(.notFound, "There is no such picture or clip, or it is gone.")

    private func serveMedia(_ request: ConsoleRequest) async throws -> ConsoleReply {
        guard let folder = feed.evidenceFolder else { throw Self.noFile }
        let name = try request.parameter("path")
        guard let file = try await MediaFile.open(name, below: folder) else { throw Self.noFile }
        var headers: HTTPFields = [
            .contentType: file.contentType,
            .eTag: file.tag,
            .lastModified: HTTPDate.text(file.modified),
            .acceptRanges: "bytes",
            .contentDisposition: "inline",
            // A file keeps its name for good, and may be removed for good.
            .cacheControl: "private, no-cache",
        ]
        if request.headers[.ifNoneMatch] == file.tag { return Response(status: .notModified, headers: headers) }
        // A part is only of use to whoever has the rest of the same file.
        let isSame = request.headers[.ifRange].map { $0 == file.tag } ?? true
        switch ByteRange.asked(by: isSame ? request.headers[.range] : nil, of: file.size) {
        case .whole:
            return Response(status: .ok, headers: headers, body: file.body(0..<file.size))
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
            return Response(status: .partialContent, headers: headers, body: file.body(range))
        case .impossible:
            var response = Response(ConsoleProblem(.rangeNotSatisfiable, "The file has \(file.size) bytes."))
            response.headers[.contentRange] = "bytes */\(file.size)"
            return response
        }
    }
}

/// Which part of a file is wanted.
enum ByteRange: Equatable {
    case whole
    case part(Range<Int64>)
    case impossible

    /// What a `Range` header asks for; what cannot be read, or asks for several parts, gets the whole.
    static func asked(by header: String?, of size: Int64) -> ByteRange {
        guard let header, header.hasPrefix("bytes=") else { return .whole }
        let ends = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.count <= 18 && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return .whole }
        switch (Int64(ends[0]), Int64(ends[1])) {
        case (let first?, let last?):
            guard first <= last else { return .whole }
            return first < size ? .part(first..<min(last + 1, size)) : .impossible
        case (let first?, nil): return first < size ? .part(first..<size) : .impossible
        case (nil, let count?): return count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .impossible
        case (nil, nil): return .whole
        }
    }
}
