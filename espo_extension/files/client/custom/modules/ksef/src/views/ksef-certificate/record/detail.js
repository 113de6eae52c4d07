/** A certificate's page, on which deleting says what is lost. */
define('modules/ksef/views/ksef-certificate/record/detail', [
    'views/record/detail',
    'modules/ksef/certificate/deletion',
], (Detail, deleteCertificate) => class extends Detail {
    /** @type {string|null} Asked in place of EspoCRM's question. */
    question = null

    async delete() {
        this.question = await deleteCertificate.question(this);

        if (this.question) {
            super.delete();
        }
    }

    confirm(asked, ...rest) {
        const message = this.question;

        this.question = null;

        return super.confirm(message ? {...asked, message} : asked, ...rest);
    }
});
