import NeuronConsole
import Testing

@Suite struct ConsoleAddressTests {
    @Test(arguments: ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
    func `what only this box reaches is a loopback address`(host: String) {
        #expect(ConsoleAddress(host: host, port: 1).isLoopback)
    }

    @Test(arguments: [
        "0.0.0.0", "10.0.0.4", "::", "12.7.0.1", "", "127.example.com", "127", "127.0.0.1.evil.example", "127.0.0.256",
        "127::1",
    ])
    func `what others reach is none`(host: String) {
        #expect(!ConsoleAddress(host: host, port: 1).isLoopback)
    }
}
