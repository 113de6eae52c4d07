/**
 * A certificate or key file on its way to the server. Says whether it opens only with a password: the
 * form then asks for one.
 */
define('modules/ksef/views/ksef-certificate/fields/upload', [
    'views/fields/file',
    'modules/ksef/certificate/encrypted-file',
], (File, encryptedFile) => {
    const enoughToTell = 65536;

    return class extends File {
        inlineEditDisabled = true

        async handleUploadingFile(file) {
            const bytes = new Uint8Array(await file.slice(0, enoughToTell).arrayBuffer());

            this.tellPasswordNeeded(encryptedFile.needsPassword(bytes));

            return file;
        }

        deleteAttachment() {
            super.deleteAttachment();
            this.tellPasswordNeeded(false);
        }

        /** Once its name stands there, nothing has to be said of it: EspoCRM would, in English to everybody. */
        addAttachmentBox(...attachment) {
            const $box = super.addAttachmentBox(...attachment);

            return $box.on('ready', () => $box.siblings('.uploading-message').remove());
        }

        /** The name alone: a private key is not there to be downloaded again. */
        getBoxPreviewHtml(name) {
            return $('<span>').text(name).get(0).outerHTML;
        }

        tellPasswordNeeded(isNeeded) {
            this.model.trigger('ksef-password-needed', this.name, isNeeded);
        }
    };
});
