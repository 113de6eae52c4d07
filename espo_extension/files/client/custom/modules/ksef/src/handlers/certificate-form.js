/**
 * Around the form of a certificate: shows the inputs while they are of use, asks for a password only
 * when a file needs one, and forgets what was typed and uploaded once it is saved.
 */
define('modules/ksef/handlers/certificate-form', ['modules/ksef/saved-findings'], savedFindings => {
    const fileFields = ['certificateFile', 'keyFile'];
    const inputPanel = 'files';
    const inputs = [
        'certificateFileId', 'certificateFileName', 'keyFileId', 'keyFileName', 'password', 'expectedType',
        'expectedEnvironment',
    ];
    const passwordCodes = ['password-missing', 'password-wrong'];

    const codesOf = xhr => {
        try {
            return JSON.parse(xhr.responseText).findings.map(finding => finding.code);
        } catch {
            return [];
        }
    };

    return class {
        constructor(view) {
            this.view = view;
            this.encryptedFields = new Set();
            this.isRefusedForPassword = false;
        }

        process() {
            const {view} = this;
            const {model} = view;

            this.control();
            view.on('after:mode-change', () => this.control());
            view.listenTo(model, 'ksef-password-needed', (field, isNeeded) => this.fileChosen(field, isNeeded));
            view.listenTo(model, 'error', (_, xhr) => this.refused(xhr));
            view.listenTo(model, 'after:save', () => this.saved());
        }

        fileChosen(field, isNeeded) {
            this.isRefusedForPassword = false;
            isNeeded ? this.encryptedFields.add(field) : this.encryptedFields.delete(field);
            this.control();
        }

        refused(xhr) {
            if (codesOf(xhr).some(code => passwordCodes.includes(code))) {
                this.isRefusedForPassword = true;
                this.view.model.unset('password');
                this.control();
            }
        }

        saved() {
            const {view} = this;

            this.encryptedFields.clear();
            this.isRefusedForPassword = false;

            for (const attribute of inputs) {
                view.model.unset(attribute, {silent: true});
                delete view.attributes?.[attribute];
            }

            this.control();
            savedFindings.show(view);
            // The answer to a save lacks what is computed on reading.
            view.model.fetch();
        }

        control() {
            const isEdited = this.view.mode === 'edit';

            isEdited ? this.view.showPanel(inputPanel) : this.view.hidePanel(inputPanel);
            fileFields.forEach(field => this.show(field, isEdited));
            this.show('password', isEdited && (this.isRefusedForPassword || this.encryptedFields.size > 0));
        }

        show(field, isShown) {
            isShown ? this.view.showField(field) : this.view.hideField(field);
        }
    };
});
