import Calls
import Engine

extension Settings {
    /// The ways out that calls have: the carriers, and the phone lab if it runs.
    var configuredTrunks: [ConfiguredTrunk] {
        let phoneLab = ConfiguredTrunk(
            name: CallingParts.labTrunk,
            address: "sip:127.0.0.1:\(lab.port)",
            modes: [.test]
        )
        let carriers = trunks.map { trunk in
            ConfiguredTrunk(name: trunk.name, address: trunk.uri, modes: trunk.name == liveTrunk ? [.live] : [])
        }
        return carriers + (lab.isEnabled ? [phoneLab] : [])
    }
}
