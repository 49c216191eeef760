import Dashboard

extension LabNumber {
    /// Numbers of the lab that show what a call can come to, for somebody who places a first one. docs/lab.md lists all there are.
    static let suggested = [
        LabNumber(number: "+15550100001", happens: "confirms"),
        LabNumber(number: "+15550100002", happens: "declines, then names a day and a time"),
        LabNumber(number: "+15550100003", happens: "asks who is calling, then confirms"),
        LabNumber(number: "+15550100004", happens: "asks not to be called again"),
        LabNumber(number: "+15550100006", happens: "interrupts while being spoken to"),
        LabNumber(number: "+15550100008", happens: "mumbles until told to press 1"),
        LabNumber(number: "+15550200486", happens: "is busy"),
        LabNumber(number: "+15550200001", happens: "rings, and nobody answers"),
        LabNumber(number: "+15550200404", happens: "is not in service"),
        LabNumber(number: "+15550300001", happens: "a voicemail with a greeting and a beep"),
    ]
}
