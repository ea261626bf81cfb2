import NeuronCore
import Testing

@Suite struct SourceAddressTests {
    @Test(arguments: [
        ("rtsp://admin:hunter2@10.0.0.7/s", "rtsp://***@10.0.0.7/s"),
        ("rtsp://admin:p@ss/w:rd@10.0.0.7:554/s?x=1", "rtsp://***@10.0.0.7:554/s?x=***"),
        ("http://10.0.0.7/v?user=admin&password=hunter2&raw", "http://10.0.0.7/v?user=***&password=***&raw"),
        ("rtsp://10.0.0.7/s", "rtsp://10.0.0.7/s"),
        ("clips/a@b.mp4", "clips/a@b.mp4"),
    ])
    func `a printed address holds no secret`(address: String, printed: String) {
        #expect("\(SourceAddress(address))" == printed)
        #expect(String(reflecting: SourceAddress(address)) == printed)
    }

    @Test func `credentials are encoded and replace what the address had`() {
        let address = SourceAddress("rtsp://old:pw@10.0.0.7/s").withCredentials(user: "cam", password: "a b:@/")
        #expect(address.revealed == "rtsp://cam:a%20b%3A%40%2F@10.0.0.7/s")
    }

    @Test(arguments: [
        ("rtsp://h/s", SourceAddress.Kind.rtsp), ("RTSPS://h/s", .rtsp), ("a.mp4", .clip), ("file:///a.mp4", .clip),
        ("/dev/video0", .video4Linux), ("/dev/v4l/by-id/x", .video4Linux), ("http://h/s", .network), ("a://", .network),
    ])
    func `the kind follows from the text`(address: String, kind: SourceAddress.Kind) {
        #expect(SourceAddress(address).kind == kind)
    }
}
