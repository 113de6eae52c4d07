"""Every way in which a secret could be left behind, tried once at log level DEBUG."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.bad_input import wrong_digit
from tests.e2e.credential_files import CredentialFiles, new_password, portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import Answer, RestUser
from tests.installation import Installation, new_nip
from tests.secret_register import register_secret

UPLOAD_JOB = "KsefRemoveAbandonedUploads"
SECRET_ATTRIBUTES = (
    "token,tokenSealed,password,privateKeySealed,certificateFileId,keyFileId,deleteId"
)


@dataclass
class Traces:
    """An administrator at work, and the files that the work needs."""

    espocrm: EspoCrm
    bridge: Installation
    records: Records
    folder: Path
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def user(self) -> RestUser:
        return self.records.user

    def new_files(self) -> CredentialFiles:
        nip = new_nip()
        folder = self.folder / nip
        return portal_files(folder, self.bridge.simulator.port, nip, "Authentication")

    def new_token(self) -> str:
        return self.bridge.new_ksef_token(new_nip())

    def note(self, step: str, answer: Answer) -> None:
        self.statuses[step] = answer.status

    def refuse_saves(self) -> None:
        """By validation, by our rules, by the bridge, by EspoCRM's own reading of the body."""
        token = self.new_token()
        body = {"name": "x", "environment": "Test", "authorizationType": "Token", "token": token}
        files = self.new_files()
        wrong = new_password()
        bodies: dict[str, object] = {
            "no environment": {**body, "nip": new_nip(), "environment": None},
            "wrong digit": {**body, "nip": wrong_digit(new_nip())},
            "unknown environment": {**body, "nip": new_nip(), "environment": "Moon"},
            "cut short": b'{"nip": "x", "token": "' + token.encode() + b'", "zz',
            "a list": [{"token": token, "zz": 1}],
        }
        for step, content in bodies.items():
            self.note(step, self.user.call("POST", "KsefProfile", content))
        self.note("no such record", self.user.call("PUT", "KsefProfile/none", {"token": token}))
        self.note("wrong password", self.records.save_certificate(files, password=wrong, zz="z"))
        self.note(
            "password to nobody",
            self.user.call("PUT", "KsefCertificate/none", {"password": wrong, "zz": "z"}),
        )
        key = register_secret(f"key-{secrets.token_hex(16)}")
        settings = {"ksefBridgeApiKey": key, "ksefBridgeUrl": "http://example.com", "zz": "z"}
        self.note("bridge URL", self.user.call("PUT", "Settings", settings))

    def refuse_uploads(self, outsider: RestUser) -> None:
        files = self.new_files()
        self.note("upload by another", outsider.upload("keyFile", "a.key", files.key))
        self.note("upload for no field", self.user.upload("noField", "a.key", files.key))
        content = base64.b64encode(files.combined_pem()).decode()
        upload = {"name": "a.pem", "role": "Attachment", "field": "keyFile"}
        body = {**upload, "file": f"data:application/x-pem-file;base64,{content}", "zz": "z"}
        self.note("upload for nothing", self.user.call("POST", "Attachment", body))
        self.note(
            "upload that nobody saves",
            self.user.call("POST", "Attachment", {**body, "relatedType": "KsefCertificate"}),
        )

    def save_both_in_one_file(self) -> None:
        """The key lies in the certificate's box, in clear or under the password."""
        files = self.new_files()
        upload = self.user.uploaded("certificateFile", "a.p12", files.pkcs12())
        self.note(
            "PKCS #12",
            self.records.save_uploads(
                name="PKCS #12", certificateFileId=upload, password=files.password
            ),
        )
        combined = self.new_files().combined_pem()
        upload = self.user.uploaded("certificateFile", "a.pem", combined)
        self.note("combined PEM", self.records.save_uploads(name="PEM", certificateFileId=upload))

    def bypass_the_forms(self) -> None:
        """By formula, by mass update, by export, by reading what is not there."""
        nip = new_nip()
        profile = self.records.token_profile("Formuła", nip, self.bridge.new_ksef_token(nip))
        token = self.new_token()
        for step, expression in {
            "formula creates": (
                f"record\\create('KsefProfile', 'name', 'f', 'nip', '{new_nip()}', "
                f"'environment', 'Test', 'authorizationType', 'Token', 'token', '{token}')"
            ),
            "formula updates": (
                f"record\\update('KsefProfile', '{profile}', 'token', '{token}', "
                f"'companyName', 'Formuła')"
            ),
            "formula reads": (
                f"output\\printLine(record\\attribute('KsefProfile', '{profile}', 'token'))"
            ),
        }.items():
            self.note(
                step, self.user.call("POST", "Formula/action/run", {"expression": expression})
            )
        self.fail_with_formulas()
        self.note(
            "mass update",
            self.user.call(
                "POST",
                "MassAction",
                {
                    "entityType": "KsefProfile",
                    "action": "update",
                    "params": {"ids": [profile]},
                    "data": {"values": {"token": token}},
                },
            ),
        )
        for entity in ("KsefProfile", "KsefCertificate"):
            self.export(entity)
            select = f"{entity}?maxSize=200&select={SECRET_ATTRIBUTES}"
            self.note(f"list of {entity}", self.user.call("GET", select))

    def fail_with_formulas(self) -> None:
        """What is refused before a formula runs."""
        expression = f"record\\create('KsefProfile', 'token', '{self.new_token()}')"
        target = {"targetType": "KsefProfile", "targetId": "none"}
        for step, body in {
            "no target": {"expression": expression, **target},
            "a list": [{"expression": expression, "zz": 1}],
            "no text": {"expression": {"token": self.new_token()}, "zz": 1},
        }.items():
            for action in ("run", "checkSyntax"):
                answer = self.user.call("POST", f"Formula/action/{action}", body)
                self.note(f"formula, {action}, {step}", answer)

    def import_records(self) -> None:
        """From a file, with values for every row, and without what an import needs."""
        token, wrong = self.new_token(), new_password()
        rows = f"name;nip\nImport {token};{new_nip()}\n".encode()
        file = self.user.done("POST", "Import/file", rows)["attachmentId"]
        values = {"environment": "Test", "authorizationType": "Token", "token": token, "zz": 1}
        body = {
            "attributeList": ["name", "nip"],
            "attachmentId": file,
            "delimiter": ";",
            "action": "create",
            "headerRow": True,
            "defaultValues": values,
        }
        for entity in ("KsefProfile", "KsefCertificate"):
            for mode in ({}, {"idleMode": True}, {"manualMode": True}):
                told = {**body, **mode, "entityType": entity, "zz": {"password": wrong, "zz": 1}}
                answer = self.user.call("POST", "Import", told)
                self.note(f"import of {entity} {[*mode]}", answer)
        # In another case it is another route of EspoCRM's, which fails later.
        told = {"entityType": "KsefProfile", "data": values, "defaultValues": values, "zz": 1}
        for path in ("import", "massAction", "action"):
            answer = self.user.call("POST", path, told)
            self.note(f"in another case: {path}", answer)
        self.note("import of nothing", self.user.call("POST", "Import", {"defaultValues": values}))
        self.user.done("DELETE", f"Attachment/{file}")

    def export(self, entity: str) -> None:
        body = {
            "entityType": entity,
            "format": "csv",
            "exportAllFields": True,
            "params": {},
            "where": [],
        }
        answer = self.user.call("POST", "Export", body)
        self.note(f"export of {entity}", answer)
        if answer.status == 200:
            file = answer.json["id"]
            self.note("exported file", self.user.call("GET", f"Attachment/file/{file}"))

    def abandon_an_upload(self) -> str:
        """An upload that nobody saves, made older than the job waits; its id."""
        upload = self.user.uploaded("keyFile", "abandoned.key", self.new_files().key)
        self.espocrm.execute(
            "UPDATE attachment SET created_at = created_at - INTERVAL 16 MINUTE "
            "WHERE related_type = 'KsefCertificate'"
        )
        self.espocrm.run_job(UPLOAD_JOB)
        return upload
