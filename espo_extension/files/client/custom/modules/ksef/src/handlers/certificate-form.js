/** The form of a certificate: shows the inputs while they are of use, a password only when a file needs one. */
define('modules/ksef/handlers/certificate-form', ['modules/ksef/record/form'], RecordForm => {
    const fileFields = ['certificateFile', 'keyFile'];
    const inputPanel = 'files';
    const passwordCodes = ['password-missing', 'password-wrong'];

    return class extends RecordForm {
        inputs = [
            'certificateFileId', 'certificateFileName', 'keyFileId', 'keyFileName', 'password', 'expectedType',
            'expectedEnvironment',
        ]
        encryptedFields = new Set()
        isRefusedForPassword = false

        process() {
            const {view} = this;

            super.process();
            this.control();
            view.on('after:mode-change', () => this.control());
            view.listenTo(view.model, 'ksef-password-needed', (field, isNeeded) => this.fileChosen(field, isNeeded));
        }

        fileChosen(field, isNeeded) {
            this.isRefusedForPassword = false;
            isNeeded ? this.encryptedFields.add(field) : this.encryptedFields.delete(field);
            this.control();
        }

        refused(codes) {
            if (codes.some(code => passwordCodes.includes(code))) {
                this.isRefusedForPassword = true;
                this.control();
            }
        }

        saved() {
            this.encryptedFields.clear();
            this.isRefusedForPassword = false;
            this.control();
            // The answer to a save lacks what is computed on reading.
            this.view.model.fetch();
        }

        control() {
            // The certificate that was requested comes by itself.
            const isEdited = this.view.mode === 'edit' && this.view.model.get('status') !== 'Requested';

            isEdited ? this.view.showPanel(inputPanel) : this.view.hidePanel(inputPanel);
            fileFields.forEach(field => this.show(field, isEdited));
            this.show('password', isEdited && (this.isRefusedForPassword || this.encryptedFields.size > 0));
        }

        show(field, isShown) {
            isShown ? this.view.showField(field) : this.view.hideField(field);
        }
    };
});
