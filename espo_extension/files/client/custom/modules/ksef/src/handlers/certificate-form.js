/** The form of a certificate: shows the inputs while they are of use, a password only when a file needs one. */
define('modules/ksef/handlers/certificate-form', [
    'modules/ksef/record/form',
    'modules/ksef/ui/element',
], (RecordForm, {element}) => {
    const fileFields = ['certificateFile', 'keyFile'];
    const inputPanel = 'files';
    // Sorted without a word.
    const swapped = 'files-swapped';
    const passwordCodes = ['password-missing', 'password-wrong'];

    return class extends RecordForm {
        inputs = [
            'certificateFileId', 'certificateFileName', 'keyFileId', 'keyFileName', 'password', 'expectedType',
            'expectedEnvironment', 'expectedFingerprint',
        ]
        encryptedFields = new Set()
        isRefusedForPassword = false

        process() {
            const {view} = this;

            super.process();
            this.control();
            view.on('after:mode-change', () => this.control());
            view.on('after:render', () => this.tellWhatFor());
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

        /** Which of a profile's two fields the new certificate is made for. */
        tellWhatFor() {
            const {view} = this;
            const type = view.model.isNew() && view.model.get('expectedType');

            view.$el.find('> .ksef-expected-type').remove();

            if (type) {
                const text = view.translate(`newCertificateFor_${type}`, 'messages', 'KsefCertificate');
                const told = element('p', 'ksef-expected-type', text);

                told.style.padding = '0 14px';
                view.$el.prepend(told);
            }
        }

        saved() {
            const {model} = this.view;

            model.set('findings', (model.get('findings') || []).filter(({code}) => code !== swapped), {silent: true});
            this.encryptedFields.clear();
            this.isRefusedForPassword = false;
            this.control();
            // The answer to a save lacks what is computed on reading.
            model.fetch();
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
