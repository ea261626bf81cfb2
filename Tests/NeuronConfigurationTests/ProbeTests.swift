import NeuronConfiguration
import Testing
import Glibc
@Suite struct ProbeTests {
    @Test func `probe`() throws {
        guard let dir = getenv("PROBE").map({ String(cString: $0) }) else { return }
        for i in 0..<200 {
            let p = "\(dir)/\(i).yaml"
            guard access(p, F_OK) == 0 else { continue }
            do { let c = try ConfigurationReader.read(file: p, environment: [:]); print("\(i): OK \(c.cameras.count)") ; if i == 0 { print(c); print(c.cameras[0].canonicalText) } }
            catch { print("\(i):\n\(error)") }
        }
        print(ConfigurationReference.markdown)
    }
}
