// What a service in the cloud does to its clients now and then, by rules, without input or output.
export { simulatedErrors, simulatedLicenses } from './rule.js';
export { createSimulation, type Simulated, type Simulation, type ToldSimulation } from './simulation.js';
