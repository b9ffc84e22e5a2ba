import { serviceManagerContract } from "../../../../../contracts/service-manager.ts";
import { test } from "../../../../../helpers/systemd-service.ts";

test.describe("SystemdManager", () => serviceManagerContract(test));
