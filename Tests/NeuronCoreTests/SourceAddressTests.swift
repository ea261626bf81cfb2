import NeuronCore
import Testing

@Suite struct SourceAddressTests {
    @Test(arguments: [
        ("rtsp://admin:hunter2@10.0.0.7/s", "rtsp://***@10.0.0.7/s"),
        ("rtsp://admin:p@ss/w:rd@10.0.0.7:554/s?x=1", "rtsp://***@10.0.0.7:554/s?x=***"),
        ("http://10.0.0.7/v?user=admin&password=hunter2&raw", "http://10.0.0.7/v?user=***&password=***&raw"),
        ("rtsp://10.0.0.7/s", "rtsp://10.0.0.7/s"),
        ("clips/a@b.mp4", "clips/a@b.mp4"),
        ("rtsp://admin:hun?ter2@10.0.0.7/s", "rtsp://***@10.0.0.7/s"),
        ("rtsp://admin:hun#ter2@10.0.0.7/s?x=1", "rtsp://***@10.0.0.7/s?x=***"),
        ("rtsp://admin:123/4@10.0.0.7/s", "rtsp://***@10.0.0.7/s"),
        ("rtsp://h/User=admin_Password=hunter2_channel=1", "rtsp://h/User=admin_Password=***"),
        ("rtsp://h/pwd=hunter2/s?channel=1", "rtsp://h/pwd=***?channel=***"),
        ("rtsp://[fe80::1]:554/s", "rtsp://[fe80::1]:554/s"),
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
        ("rtsp://10.0.0.7/live@main", "rtsp://cam:pw@10.0.0.7/live@main"),
        ("rtsp://10.0.0.7:554/live@main", "rtsp://cam:pw@10.0.0.7:554/live@main"),
        ("rtsp://old:p/w@10.0.0.7/s", "rtsp://cam:pw@10.0.0.7/s"),
        ("rtsp://old:p?w@10.0.0.7/s", "rtsp://cam:pw@10.0.0.7/s"),
        ("rtsp://[fe80::1]/s", "rtsp://cam:pw@[fe80::1]/s"), ("clips/a@b.mp4", "clips/a@b.mp4"),
    ])
    func `credentials go in front of the host and never to another one`(address: String, opened: String) {
        #expect(SourceAddress(address).withCredentials(user: "cam", password: "pw").revealed == opened)
    }

    @Test(arguments: [
        ("rtsp://h/s", SourceAddress.Kind.rtsp), ("RTSPS://h/s", .rtsp), ("a.mp4", .clip), ("file:///a.mp4", .clip),
        ("/dev/video0", .video4Linux), ("/dev/v4l/by-id/x", .video4Linux), ("v4l2:/dev/gate", .video4Linux),
        ("/dev/null", .clip), ("http://h/s", .network), ("a://", .network),
    ])
    func `the kind follows from the text`(address: String, kind: SourceAddress.Kind) {
        #expect(SourceAddress(address).kind == kind)
    }

    @Test(arguments: [("/dev/video0", "/dev/video0"), ("v4l2:/dev/gate", "/dev/gate"), ("v4l2:///dev/x", "///dev/x")])
    func `a device is opened by its path`(address: String, path: String) {
        #expect(SourceAddress(address).devicePath == path)
    }
}
